import { createFieldRegistry, type FieldDescription } from "@sentrytap/rules";
import { codes, escaped, table } from "../../../packages/rules/test/markdown.ts";

/** Beginnings of the names of fields that Falco does not have. */
const ours = /^(?:gvisor|gap|sandbox)\./;

/** Falco's fields. */
const falcoFields: readonly FieldDescription[] = [...createFieldRegistry()]
  .filter(({ name }) => !ours.test(name))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

/** Falco's fields that have their values from there. */
export function ofClass(wanted: FieldDescription["availability"]): readonly FieldDescription[] {
  return falcoFields.filter(({ availability }) => availability === wanted);
}

function namesOf(fields: readonly FieldDescription[]): string {
  return codes(fields.map(({ name }) => name));
}

/** How many of Falco's fields have a value, and why the others have none. */
export function renderFields(): string {
  const unavailable = ofClass("unavailable");
  const whys = [...new Set(unavailable.map((field) => field.unavailable ?? ""))].sort();
  const constants = [...new Set(ofClass("constant").map(({ constant }) => String(constant)))].sort();
  return `## Fields

${table(
  ["of Falco's fields", "", ""],
  [
    ["have values from the stream", `${ofClass("stream").length}`, "[which](fields.md)"],
    ["have values where a source of container metadata is", `${ofClass("metadata").length}`, ""],
    ["have the same value always", `${ofClass("constant").length}`, ""],
    ["never have one", `${unavailable.length}`, ""],
  ],
)}

Never have a value:

${table(
  ["why", "fields"],
  whys.map((why) => [escaped(why), namesOf(unavailable.filter((field) => field.unavailable === why))]),
)}

Come from container metadata: ${namesOf(ofClass("metadata"))}.

Always the same:

${table(
  ["value", "fields"],
  constants.map((value) => [
    codes([value]),
    namesOf(ofClass("constant").filter(({ constant }) => String(constant) === value)),
  ]),
)}
`;
}
