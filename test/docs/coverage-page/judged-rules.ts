import { coverageOf, loadRules, type RuleCoverage, type RuleSet, type RuleSource } from "@sentrytap/rules";
import { codes } from "../../../packages/rules/test/markdown.ts";
import { type Release, streamOfRelease } from "./release.ts";

/** What becomes of one of the rules. */
export interface JudgedRule {
  readonly rule: string;
  readonly file: string;
  /** With container metadata there. */
  readonly atBest: RuleCoverage;
  /** Without. */
  readonly alone: RuleCoverage;
  /** What each release has of it, with container metadata. */
  readonly inReleases: readonly { readonly release: string; readonly covered: RuleCoverage }[];
}

/** What becomes of the rules of `files`, which are loaded together. */
export function judgeRules(
  files: readonly RuleSource[],
  releases: readonly Release[],
): readonly JudgedRule[] {
  const bare = loadAll(files, false);
  const told = loadAll(files, true);
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

/** The rules of all `files` together, told of containers or not. */
export function loadAll(files: readonly RuleSource[], withContainers: boolean): RuleSet {
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
export function countRules(rows: readonly JudgedRule[]): {
  readonly can: number;
  readonly onlyTold: number;
  readonly cannot: number;
} {
  const can = rows.filter(({ alone }) => alone.canFire).length;
  const cannot = rows.filter(({ atBest }) => !atBest.canFire).length;
  return { can, onlyTold: rows.length - can - cannot, cannot };
}
