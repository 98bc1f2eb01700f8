import {
  type CoverageReason,
  coverageOf,
  describeReason,
  loadRules,
  type RuleCoverage,
  type RuleSet,
  type RuleSource,
} from "@sentrytap/rules";
import { codes, escaped, table } from "../../../packages/rules/test/markdown.ts";
import { type Release, streamOfRelease } from "./release.ts";

/** What becomes of one of the rules. */
export interface RuleRow {
  readonly rule: string;
  readonly file: string;
  /** With container metadata there. */
  readonly atBest: RuleCoverage;
  /** Without. */
  readonly alone: RuleCoverage;
  /** What each release has of it, with container metadata. */
  readonly inReleases: readonly { readonly release: string; readonly covered: RuleCoverage }[];
}

/** A column of a table of rules. */
interface Column {
  readonly title: string;
  cell(row: RuleRow): string;
}

function tableOf(columns: readonly Column[], rows: readonly RuleRow[]): string {
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
export function renderRules(files: readonly RuleSource[], rows: readonly RuleRow[]): string {
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

/** What becomes of the rules of `files`, which are loaded together. */
export function judgeRules(files: readonly RuleSource[], releases: readonly Release[]): readonly RuleRow[] {
  const bare = load(files, false);
  const told = load(files, true);
  const alone = coverageOf(bare);
  const inEach = releases.map((release) => ({
    release: release.name,
    coverage: coverageOf(told, { stream: streamOfRelease(release) }),
  }));
  return coverageOf(told).map((atBest, i) => ({
    rule: atBest.rule,
    file: fileOf(atBest.rule, files),
    atBest,
    alone: alone[i] ?? atBest,
    inReleases: inEach.map(({ release, coverage }) => ({ release, covered: coverage[i] ?? atBest })),
  }));
}

function load(files: readonly RuleSource[], withContainers: boolean): RuleSet {
  const loaded = loadRules(files, withContainers ? { containers: () => undefined } : {});
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join("\n"));
  return loaded.rules;
}

function fileOf(rule: string, files: readonly RuleSource[]): string {
  const found = files.find(({ text }) => text.split("\n").includes(`- rule: ${rule}`));
  if (found === undefined) throw new Error(`no file has the rule ${rule}`);
  return codes([found.name]);
}

/** How many rules can fire, only can with container metadata, and cannot. */
export function countRules(rows: readonly RuleRow[]): {
  readonly can: number;
  readonly onlyTold: number;
  readonly cannot: number;
} {
  const can = rows.filter(({ alone }) => alone.canFire).length;
  const cannot = rows.filter(({ atBest }) => !atBest.canFire).length;
  return { can, onlyTold: rows.length - can - cannot, cannot };
}

function renderCounts(files: readonly RuleSource[], rows: readonly RuleRow[]): string {
  const counts = (all: readonly RuleRow[]): readonly string[] => {
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
function filledIn({ alone }: RuleRow, use: "condition" | "output"): string {
  const fields = alone.reasons.flatMap((reason) =>
    reason.kind === "filled-by" && reason.use === use ? reason.fields : [],
  );
  return codes(new Set(fields.map((field) => field.replace(/\[.*$/, ""))));
}

function lacksInReleases({ atBest, inReleases }: RuleRow): string {
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

/** What is said of many rules, once. */
interface Notes {
  numbersOf(reasons: readonly CoverageReason[]): string;
  render(): string;
}

function createNotes(): Notes {
  const numbers = new Map<string, number>();
  return {
    numbersOf: (reasons) =>
      textsOf(reasons)
        .map((text) => {
          const number = numbers.get(text) ?? numbers.size + 1;
          numbers.set(text, number);
          return number;
        })
        .sort((a, b) => a - b)
        .join(", "),
    render: () => Array.from(numbers, ([text, number]) => `${number}. ${text}`).join("\n"),
  };
}

function sentences(reasons: readonly CoverageReason[]): string {
  return textsOf(reasons).join(" ");
}

/** Each reason as a sentence, once. */
function textsOf(reasons: readonly CoverageReason[]): readonly string[] {
  const told = reasons.filter(({ kind }) => kind !== "disabled");
  return [...new Set(told.map((reason) => `${capital(escaped(describeReason(reason)))}.`))];
}

/** Names of fields and events stay as they are. */
function capital(text: string): string {
  return /^(?:no|the|without) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
