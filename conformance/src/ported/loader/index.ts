import type { PortedSuite } from "../case.ts";

/** What Falco tests of rules files. */
export const loaderSuites: readonly PortedSuite[] = [];
