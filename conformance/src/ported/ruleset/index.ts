import type { PortedSuite } from "../case.ts";
import { eventTypesSuites } from "./event-types.ts";
import { matchingSuites } from "./matching.ts";
import { selectionSuites } from "./selection.ts";

/** What Falco tests of sets of rules: which are enabled, what selects them, and which events they look at. */
export const rulesetSuites: readonly PortedSuite[] = [
  ...selectionSuites,
  ...matchingSuites,
  ...eventTypesSuites,
];
