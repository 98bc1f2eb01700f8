import { type LoadedRules, type LoadOptions, printable, type RuleSetStats } from "sentrytap";
import { type AlertLineOptions, outputOptions } from "./alert-lines.ts";
import { ruleTable } from "./rule-table.ts";
import type { SelectionOptions } from "./selection.ts";
import type { Terminal } from "./terminal.ts";

/** Options of `detect` that say how rules are loaded, and what is told of them. */
export interface RuleOptions extends SelectionOptions, AlertLineOptions {
  readonly listen?: string;
  readonly stats?: boolean;
}

/** How `detect` loads rules, whichever thread does it. */
export function ruleOptions(options: RuleOptions): Omit<LoadOptions, "fields" | "containers"> {
  const { select, minPriority, stats = false, listen } = options;
  return {
    select,
    ...(minPriority !== undefined && { minPriority }),
    // Of a recording there may be few events, and nobody waits for them.
    measureTime: stats && (listen === undefined ? { every: 1 } : true),
    ...outputOptions(options),
  };
}

export function warnOfNone({ enabled }: LoadedRules, terminal: Terminal): void {
  if (enabled === 0) terminal.warn("no rule is enabled: nothing can alert");
}

/** At the end: rules that failed, and with `--stats` what has become of each. */
export function tellStats(stats: RuleSetStats, options: RuleOptions, terminal: Terminal): void {
  tellFailures(stats, terminal);
  if (options.stats === true) terminal.say(ruleTable(stats).join("\n"));
}

/** Rules that could not be asked, or whose alerts could not be written: something may have been missed. */
function tellFailures({ rules }: RuleSetStats, terminal: Terminal): void {
  for (const [name, { failures, lastFailure }] of rules) {
    if (failures === 0) continue;
    terminal.warn(
      `the rule "${printable(name)}" failed ${failures} times, the last because ${printable(String(lastFailure))}`,
    );
  }
}
