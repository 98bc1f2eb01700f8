import type { PortedSuite } from "../case.ts";
import { functionFieldSuites } from "./fields-in-functions.ts";
import { functionSyntaxSuites } from "./function-syntax.ts";
import { syntaxSuites } from "./syntax.ts";
import { typeSuites } from "./types.ts";

/** What Falco tests of its filters: their syntax, their operators, their fields. */
export const filterSuites: readonly PortedSuite[] = [
  ...syntaxSuites,
  ...functionSyntaxSuites,
  ...typeSuites,
  ...functionFieldSuites,
];
