import type { PortedSuite } from "../case.ts";
import { changeSuites } from "./changes.ts";
import { exceptionSuites } from "./exceptions.ts";
import { fileSuites } from "./files.ts";
import { nameSuites } from "./names.ts";

/** What Falco tests of rules files. */
export const loaderSuites: readonly PortedSuite[] = [
  ...fileSuites,
  ...changeSuites,
  ...exceptionSuites,
  ...nameSuites,
];
