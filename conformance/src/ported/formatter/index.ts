import type { PortedSuite } from "../case.ts";
import { appendedSuites } from "./appended.ts";
import { formatSuites } from "./formats.ts";
import { lineSuites } from "./lines.ts";
import { valueSuites } from "./values.ts";

/** What Falco tests of outputs. */
export const formatterSuites: readonly PortedSuite[] = [
  ...formatSuites,
  ...valueSuites,
  ...appendedSuites,
  ...lineSuites,
];
