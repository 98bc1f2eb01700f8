import type { PortedSuite } from "../case.ts";

/** What Falco tests of sets of rules: which are enabled, and what selects them. */
export const rulesetSuites: readonly PortedSuite[] = [];
