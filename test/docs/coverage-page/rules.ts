import type { RuleSource } from "@sentrytap/rules";
import { codes, escaped, table } from "../../../packages/rules/test/markdown.ts";
import { countRules, type JudgedRule } from "./judged-rules.ts";
import { createNotes, sentences } from "./notes.ts";

/** A column of a table of rules. */
interface Column {
  readonly title: string;
  cell(row: JudgedRule): string;
}

function tableOf(columns: readonly Column[], rows: readonly JudgedRule[]): string {
  return table(
    columns.map(({ title }) => title),
    rows.map((row) => columns.map(({ cell }) => cell(row))),
  );
}

const name: Column = {
  title: "rule",
  cell: ({ rule, atBest }) => `${escaped(rule)}${atBest.enabled ? "" : " (off)"}`,
};
const file: Column = { title: "file", cell: (row) => row.file };

/** Which of the rules of `files` can fire, and why not. */
export function renderRules(files: readonly RuleSource[], rows: readonly JudgedRule[]): string {
  const cannot = rows.filter(({ atBest }) => !atBest.canFire);
  const can = rows.filter(({ atBest }) => atBest.canFire);
  const notes = createNotes();
  return `## Falco's public rules

${renderCounts(files, rows)}

Rules that their file turns off are judged as if they were on; they are marked.

### Cannot fire

${tableOf([name, file, { title: "why", cell: ({ atBest }) => sentences(atBest.reasons) }], cannot)}

### Need container metadata

What these rules ask of containers and pods, and what of it they print. Without a source of container metadata those fields have no value: a rule
that asks for one cannot fire; one that only excepts some containers fires for those as well.

${tableOf(
  [
    name,
    { title: "asks for", cell: (row) => filledIn(row, "condition") },
    { title: "prints", cell: (row) => filledIn(row, "output") },
    { title: "without it", cell: ({ alone }) => (alone.canFire ? "fires" : "cannot fire") },
  ],
  can.filter(({ alone }) => alone.reasons.some(({ kind }) => kind === "filled-by")),
)}

### Can fire

On which events, whether the releases tell of them as the newest sources do, and which of the notes below apply.

${tableOf(
  [
    name,
    file,
    { title: "on", cell: ({ atBest }) => codes(atBest.eventTypes) },
    { title: "in releases", cell: lacksInReleases },
    { title: "notes", cell: ({ atBest }) => notes.numbersOf(atBest.reasons) },
  ],
  can,
)}

${notes.render()}
`;
}

function renderCounts(files: readonly RuleSource[], rows: readonly JudgedRule[]): string {
  const counts = (all: readonly JudgedRule[]): readonly string[] => {
    const { can, onlyTold, cannot } = countRules(all);
    return [all.length, can, onlyTold, cannot].map(String);
  };
  return table(
    ["file", "rules", "can fire", "only with container metadata", "cannot"],
    [
      ...files.map((each) => [
        codes([each.name]),
        ...counts(rows.filter((row) => row.file === codes([each.name]))),
      ]),
      ["all", ...counts(rows)],
    ],
  );
}

/** What container metadata fills in, without what stands in brackets. */
function filledIn({ alone }: JudgedRule, use: "condition" | "output"): string {
  const fields = alone.reasons.flatMap((reason) =>
    reason.kind === "filled-by" && reason.use === use ? reason.fields : [],
  );
  return codes(new Set(fields.map((field) => field.replace(/\[.*$/, ""))));
}

function lacksInReleases({ atBest, inReleases }: JudgedRule): string {
  const lacks = new Map<string, string[]>();
  for (const { release, covered } of inReleases) {
    const raw = covered.reasons
      .flatMap((reason) => (reason.kind === "missing-point" ? reason.eventTypes : []))
      .filter((type) => atBest.eventTypes.includes(type));
    if (!covered.canFire) addTo(lacks, "cannot fire", release);
    else if (raw.length > 0) addTo(lacks, `${codes(raw)} raw`, release);
  }
  return Array.from(lacks, ([lack, names]) => `${lack} in ${names.join(" and ")}`).join("; ");
}

function addTo(groups: Map<string, string[]>, key: string, name: string): void {
  groups.set(key, [...(groups.get(key) ?? []), name]);
}
