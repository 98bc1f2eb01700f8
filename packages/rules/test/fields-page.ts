import type { FieldDescription } from "../src/index.ts";
import { codes, escaped, table } from "./markdown.ts";

// docs/fields.md, made of what fields say of themselves.

const introduction = `# Fields

What conditions and outputs of rules may name: every field of Falco 0.43 and of its container plugin, and some of our own (under
\`gvisor.\`, \`gap.\` and \`sandbox.\`). \`sentrytap rules fields\` lists them too, and \`createFieldRegistry()\` does for programs.

In brackets stands the argument: \`[n]\` is a number, \`[word]\` any text, with a question mark where it may be left out. Where a
field has its values from:

| from | meaning |
| --- | --- |
| stream | what gVisor tells of the sandbox |
| metadata | a source outside the sandbox, the option \`containers\`: without one there is no value |
| constant | it has the same value always |
| nowhere | it never has a value, and why; a rule may name it, and no comparison with it is true |

What a value is made of, beside the event itself, is under "needs": fields of the session's context (\`context:time\`), optional fields
of its points (\`optional:envv\`), and tables that are kept from other events: \`programs\` from execs and starts of containers, \`lineage\`
from births, \`descriptors\` from the calls that make and close them, \`directories\` and \`identities\` from the calls that change them or
from the context, \`sessions\` from setsid and its like.

This page is written by \`npm run fields\`.
`;

/** Groups, by the beginnings of names. */
const groups: readonly (readonly [title: string, begins: RegExp])[] = [
  ["Events", /^(?:evt|syscall)\./],
  ["Processes and threads", /^(?:proc|thread)\./],
  ["Users and groups", /^(?:user|group)\./],
  ["Descriptors", /^(?:fd|fdlist)\./],
  ["Paths", /^fs\./],
  ["Containers and pods", /^(?:container|k8s)\./],
  ["Our own", /^(?:gvisor|gap|sandbox)\./],
];

const families = `
These go on behind a dot, or take a number:

| field | type | what it is |
| --- | --- | --- |
| \`evt.arg.NAME\`, \`evt.arg[NAME]\` | string | The argument of that name, in words where there are some: \`evt.arg.flags\`. |
| \`evt.arg[n]\` | string | The argument in that place, from 0, as Falco counts them. |
| \`evt.rawarg.NAME\` | that of the argument | Its value as a number or text. |
| \`evt.type.is.NAME\` | uint32 | 1 of events of that type, 0 of others. |
| \`thread.cgroup.NAME\` | string | Never has a value: no trace point tells control groups. |
`;

/** More event types than so many are not listed. */
const maxTypes = 8;

/** The page that lists `fields`. */
export function renderFieldsPage(fields: Iterable<FieldDescription>): string {
  const sorted = [...fields].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = groups.map(([title, begins]) => {
    const rows = sorted.filter(({ name }) => begins.test(name)).map(renderRow);
    const tail = title === "Events" ? families : "";
    return `## ${title}\n\n${table(["field", "type", "from", "what it is"], rows)}\n${tail}`;
  });
  return `${introduction}\n${parts.join("\n")}`;
}

function renderRow(field: FieldDescription): readonly string[] {
  const { type, availability } = field;
  const from = availability === "unavailable" ? "nowhere" : availability;
  return [`\`${written(field)}\``, type, from, aboutOf(field)];
}

function written({ name, argument, argumentRequired }: FieldDescription): string {
  if (argument === "none") return name;
  return `${name}[${argument === "index" ? "n" : "word"}${argumentRequired ? "" : "?"}]`;
}

/** All there is to say of a field. */
function aboutOf(field: FieldDescription): string {
  if (field.unavailable !== undefined) return escaped(field.unavailable);
  const { description, eventTypes, needs, values, filterOnly, deprecated } = field;
  const parts = [escaped(description)];
  if (deprecated) parts.push("Deprecated.");
  if (filterOnly) parts.push("Only for conditions.");
  if (eventTypes !== undefined && eventTypes.size <= maxTypes) parts.push(`On ${codes(eventTypes)}.`);
  if (values !== undefined) parts.push(`One of ${codes(values)}.`);
  if (needs !== undefined) parts.push(`Needs ${codes(needs)}.`);
  return parts.join(" ");
}
