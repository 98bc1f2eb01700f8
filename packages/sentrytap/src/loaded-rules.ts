import type { RuleSet } from "@sentrytap/rules";

/** How many rules there are, and how many of them are enabled. */
export interface LoadedRules {
  readonly rules: number;
  readonly enabled: number;
}

/** Counts the rules of a set. */
export function countRules({ rules }: Pick<RuleSet, "rules">): LoadedRules {
  return { rules: rules.length, enabled: rules.filter(({ enabled }) => enabled).length };
}
