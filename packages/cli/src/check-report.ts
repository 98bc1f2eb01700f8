import { describeReason, printable, type RuleCoverage } from "sentrytap";
import type { CheckProblem } from "./check-problem.ts";
import { counted } from "./counted.ts";
import { jsonLine } from "./json-line.ts";

/** What `sentrytap rules check --json` prints: one document. */
export function reportJson(
  ok: boolean,
  problems: readonly CheckProblem[],
  coverage: readonly RuleCoverage[],
): string {
  return jsonLine({
    ok,
    diagnostics: problems.map(({ text: _, ...problem }) => problem),
    coverage: coverage.map(({ rule, canFire, reasons }) => ({
      rule,
      can_fire: canFire,
      reasons: reasons.map(describeReason),
    })),
  });
}

/** How {@link reportText} tells of coverage. */
export interface ReportOptions {
  /** The session file that rules were judged by, if it was one. */
  readonly session: string | undefined;
  /** Also the rules of which there is nothing to say. */
  readonly verbose: boolean;
}

/** The same for people. */
export function reportText(
  ok: boolean,
  problems: readonly CheckProblem[],
  coverage: readonly RuleCoverage[],
  options: ReportOptions,
): readonly string[] {
  const lines = problems.map(({ text }) => text);
  if (!ok) return [...lines, countProblems(problems)];
  if (lines.length > 0) lines.push("");
  lines.push(countRules(coverage, options.session));
  const cannot = coverage.filter(({ canFire }) => !canFire);
  const partly = coverage.filter(({ canFire, reasons }) => canFire && reasons.length > 0);
  lines.push(...section("cannot fire", cannot), ...section("can fire, but", partly));
  if (options.verbose) {
    lines.push(
      ...section(
        "can fire",
        coverage.filter(({ canFire, reasons }) => canFire && reasons.length === 0),
      ),
    );
  }
  return lines;
}

function countProblems(problems: readonly CheckProblem[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  return `${counted(errors, "error")}, ${counted(warnings, "warning")}`;
}

function countRules(coverage: readonly RuleCoverage[], session: string | undefined): string {
  const can = coverage.filter(({ canFire }) => canFire).length;
  const counts = [`${can} can fire`, `${coverage.length - can} cannot`];
  if (session !== undefined) {
    const needing = coverage.filter(needsMore).length;
    counts.push(`${needing} ${needing === 1 ? "needs" : "need"} more than the session has`);
  }
  return `${counted(coverage.length, "rule")}: ${counts.join(", ")}`;
}

function needsMore({ reasons }: RuleCoverage): boolean {
  return reasons.some(({ kind }) => kind === "missing-point" || kind === "missing-field");
}

function section(title: string, coverage: readonly RuleCoverage[]): readonly string[] {
  if (coverage.length === 0) return [];
  const rules = coverage.flatMap(({ rule, reasons }) => [
    `  ${printable(rule)}`,
    ...reasons.map((reason) => `    - ${printable(describeReason(reason))}`),
  ]);
  return ["", `${title}:`, ...rules];
}
