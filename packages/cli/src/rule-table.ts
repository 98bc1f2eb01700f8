import { printable, type RuleSetStats, type RuleStats } from "sentrytap";
import { counted } from "./counted.ts";

/** What has become of each rule, as lines of a table: the dearest first. */
export function ruleTable({ events, alerts, rules }: RuleSetStats): readonly string[] {
  const rows = [...rules].sort(([, a], [, b]) => costOf(b) - costOf(a) || b.alerts - a.alerts).map(row);
  const table = [["alerts", "matches", "failures", "mean", "in all", "rule"], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  const lines = table.map((cells) =>
    cells
      .map((cell, column) => (column === cells.length - 1 ? cell : cell.padStart(widths?.[column] ?? 0)))
      .join("  "),
  );
  return [`${counted(events, "event")}, ${counted(alerts, "alert")}; ${aboutTime(rules)}`, ...lines];
}

/** Few events leave most rules without a time: a reader must not take that for no cost. */
function aboutTime(rules: RuleSetStats["rules"]): string {
  const alone = "the time of a rule is as if it were the only one";
  const untimed = [...rules.values()].some(({ time }) => time?.samples === 0);
  return untimed ? `${alone}, - where no event was timed that it looks at` : alone;
}

function row([name, stats]: readonly [string, RuleStats]): readonly string[] {
  const { alerts, matches, failures, time } = stats;
  const counts = [alerts, matches, failures].map(String);
  const times = time === undefined ? ["", ""] : [duration(time.meanNs), duration(time.estimatedNs)];
  return [...counts, ...times, printable(name)];
}

function costOf({ time }: RuleStats): number {
  return time?.estimatedNs ?? 0;
}

/** Nanoseconds in the unit that suits them. */
function duration(ns: number): string {
  if (ns === 0) return "-";
  if (ns < 1e3) return `${ns.toFixed(0)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(1)} us`;
  if (ns < 1e9) return `${(ns / 1e6).toFixed(1)} ms`;
  return `${(ns / 1e9).toFixed(1)} s`;
}
