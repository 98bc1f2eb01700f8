import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chapters } from "./all-known.ts";
import type { Examples, Findings, Known, Place, Right } from "./known.ts";
import { portedSuites } from "./ported/index.ts";

// docs/falco-differences.md, made of the known differences and an example of each.

/** Where the page is. */
export const pagePath: string = fileURLToPath(new URL("../../docs/falco-differences.md", import.meta.url));
const examplesPath = fileURLToPath(new URL("../examples.json", import.meta.url));

/** The examples as they were last written. */
export function readExamples(): Examples {
  return JSON.parse(readFileSync(examplesPath, "utf8")) as Examples; // a file of our own, see writeExamples
}

/** Keeps the examples of `findings`, and writes the page. */
export function writePage(findings: Findings): void {
  const examples = Object.fromEntries([...findings.examples].sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(examplesPath, `${JSON.stringify(examples, undefined, 2)}\n`);
  writeFileSync(pagePath, renderPage(examples));
}

const introduction = `# How we differ from Falco

Falco 0.43.1 was the last release that could read gVisor's trace sessions. Its answers to recorded sandboxes are the yardstick of
ours: event by event, field by field, alert by alert, condition by condition (\`npm run conformance\`). Whatever differs is either
mended, or listed here with its cause. A difference that is not listed fails the tests, and so does one that is listed and is gone.

Where Falco's gVisor engine is wrong, what its kernel drivers say is the yardstick. "Ours" below is what Sentrytap says; field
\`argument x\` is what \`evt.args\` and \`evt.arg.x\` say of an argument.

This page is written by \`npm run conformance -- --write\`, from the classes in [conformance/src/classes](../conformance/src/classes).
`;

/** The page, with `examples`. */
export function renderPage(examples: Examples): string {
  const parts = chapters.map(({ title, known }) => {
    return `## ${title}\n\n${known.map((one) => renderKnown(one, examples[one.id])).join("\n")}`;
  });
  return `${introduction}\n${parts.join("\n")}${renderPorted()}`;
}

/** Cases of Falco's own tests in which we differ. */
function renderPorted(): string {
  const rows = portedSuites.flatMap(({ title, cases }) =>
    cases.flatMap(({ name, differs }) =>
      differs === undefined ? [] : [`- ${title}, ${code(name)}: ${differs}`],
    ),
  );
  return rows.length === 0 ? "" : `\n## Falco's own tests\n\n${rows.join("\n")}\n`;
}

const verdicts: Readonly<Record<Right, string>> = {
  ours: "Ours is right.",
  "Falco's": "Falco's is right.",
  both: "Neither is wrong.",
};

function renderKnown({ title, why, right, fields }: Known, example: Place | undefined): string {
  const shown = fields === undefined ? "" : `In ${fields.map(code).join(", ")}.\n\n`;
  return `### ${title}\n\n${shown}${linked(why)} ${verdicts[right]}\n${example === undefined ? "" : renderExample(example)}`;
}

const titles: ReadonlyMap<string, string> = new Map(
  chapters.flatMap(({ known }) => known.map(({ id, title }) => [id, title])),
);

/** A cause; where it names that of another difference by its id, `(failed-call)`, it leads there. */
function linked(why: string): string {
  return why.replaceAll(/\(([a-z-]+)\)/g, (text, id: string) => {
    const title = titles.get(id);
    return title === undefined ? text : `(see [${title}](#${anchorOf(title)}))`;
  });
}

/** The name under which a heading of a Markdown page is found. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, "")
    .replaceAll(" ", "-");
}

function renderExample({ recording, at, what, ours, falco }: Place): string {
  const place = typeof at === "number" ? `event ${at}` : at;
  const name = what === "event" ? "" : `${code(what)}: `;
  return `\n> ${recording}, ${place}, ${name}ours ${code(ours)}, Falco's ${code(falco)}\n`;
}

/** Longest text that is shown whole. */
const longest = 100;

function code(text: string): string {
  return `\`${(text.length > longest ? `${text.slice(0, longest - 3)}...` : text).replaceAll("`", "'")}\``;
}
