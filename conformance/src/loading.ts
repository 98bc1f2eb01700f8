import { type Diagnostic, type LoadResult, loadRules } from "@sentrytap/rules";
import { loadingClasses } from "./classes/index.ts";
import type { Findings } from "./known.ts";
import { readText } from "./reference.ts";
import { ruleText } from "./rule-sets.ts";

/** A condition, and what Falco said when it loaded a rule with it. */
interface ConditionCase {
  readonly condition: string;
  readonly ok: boolean;
  readonly error?: string;
  readonly warnings?: readonly string[];
}

/** Rules files, and what Falco said of each, those before it loaded. */
interface FilesCase {
  readonly case: string;
  readonly files: readonly string[];
  readonly results: readonly Loaded[];
}

/** What loading comes to: codes, sorted, each once. */
interface Loaded {
  readonly ok: boolean;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** What ours comes to, and what it says is wrong. */
interface OwnLoaded extends Loaded {
  readonly problems: readonly string[];
}

/** How many conditions and rules files were compared. */
export interface LoadingFigures {
  conditions: number;
  sameConditions: number;
  files: number;
  sameFiles: number;
}

/** Compares what loads, and with which problems, in both. */
export function compareLoading(findings: Findings): LoadingFigures {
  const figures: LoadingFigures = { conditions: 0, sameConditions: 0, files: 0, sameFiles: 0 };
  for (const { condition, ok, error, warnings = [] } of readCases<ConditionCase>("conditions")) {
    const ours = load([ruleText("r", condition, "x")]);
    const falco = normalize({ ok, errors: error === undefined ? [] : [error], warnings });
    // Of a condition that does not load, one error is recorded, and no warnings.
    const told = ok ? ours : { ...ours, errors: ours.errors.filter((code) => code === error), warnings: [] };
    const same = compare("condition", condition, told, falco, findings);
    figures.conditions++;
    figures.sameConditions += Number(same);
  }
  for (const { case: name, files, results } of readCases<FilesCase>("loader")) {
    const outcomes = results.map((falco, i) => {
      const ours = load(files.slice(0, i + 1));
      return compare(`files, ${i + 1}`, name, ours, normalize(falco), findings);
    });
    figures.files += outcomes.length;
    figures.sameFiles += outcomes.filter((same) => same).length;
  }
  return figures;
}

function readCases<Case>(name: string): readonly Case[] {
  return JSON.parse(readText(`conformance/${name}.json`)) as Case[]; // files of one known shape
}

/** Loads rules files, one after another. */
function load(texts: readonly string[]): OwnLoaded {
  const result: LoadResult = loadRules(texts.map((text, i) => ({ name: `${i}.yaml`, text })));
  const diagnostics: readonly Diagnostic[] = result.ok ? result.warnings : result.diagnostics;
  const codes = (severity: Diagnostic["severity"]): readonly string[] =>
    diagnostics.filter((one) => one.severity === severity && !ownCodes.has(one.code)).map(({ code }) => code);
  const loaded = normalize({ ok: result.ok, errors: codes("error"), warnings: codes("warning") });
  const problems = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  return { ...loaded, problems };
}

/** Warnings of ours that Falco does not have, or has no code for. */
const ownCodes: ReadonlySet<string> = new Set(["LOAD_UNKNOWN_KEY", "LOAD_NEVER_MATCHES"]);

function normalize({ ok, errors, warnings }: Loaded): Loaded {
  return { ok, errors: [...new Set(errors)].sort(), warnings: [...new Set(warnings)].sort() };
}

function compare(
  at: string,
  text: string,
  { problems, ...ours }: OwnLoaded,
  falco: Loaded,
  findings: Findings,
): boolean {
  const [one, other] = [JSON.stringify(ours), JSON.stringify(falco)];
  if (one === other) return true;
  const of = loadingClasses.find((each) => each.explains(text, problems));
  findings.add(of, { recording: "loading", at, what: text, ours: one, falco: other });
  return false;
}
