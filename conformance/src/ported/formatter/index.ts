import type { PortedSuite } from "../case.ts";

/** What Falco tests of outputs. */
export const formatterSuites: readonly PortedSuite[] = [];
