import type { PortedSuite } from "../case.ts";
import { descriptorSuites } from "./descriptors.ts";
import { evaluationSuites } from "./evaluation.ts";
import { eventSuites } from "./events.ts";
import { fieldArgumentSuites } from "./field-arguments.ts";
import { functionFieldSuites } from "./fields-in-functions.ts";
import { functionSyntaxSuites } from "./function-syntax.ts";
import { processSuites } from "./processes.ts";
import { syntaxSuites } from "./syntax.ts";
import { treeSuites } from "./trees.ts";
import { typeSuites } from "./types.ts";

/** What Falco tests of its filters: their syntax, their operators, their fields. */
export const filterSuites: readonly PortedSuite[] = [
  ...syntaxSuites,
  ...functionSyntaxSuites,
  ...treeSuites,
  ...fieldArgumentSuites,
  ...typeSuites,
  ...functionFieldSuites,
  ...evaluationSuites,
  ...descriptorSuites,
  ...processSuites,
  ...eventSuites,
];
