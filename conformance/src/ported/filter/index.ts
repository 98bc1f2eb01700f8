import type { PortedSuite } from "../case.ts";
import { functionSyntaxSuites } from "./function-syntax.ts";
import { syntaxSuites } from "./syntax.ts";

/** What Falco tests of its filters: their syntax, their operators, their fields. */
export const filterSuites: readonly PortedSuite[] = [...syntaxSuites, ...functionSyntaxSuites];
