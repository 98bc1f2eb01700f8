import type { PortedSuite } from "../case.ts";

/** What Falco tests of its filters: their syntax, their operators, their fields. */
export const filterSuites: readonly PortedSuite[] = [];
