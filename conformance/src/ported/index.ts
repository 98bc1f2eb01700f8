import { ask, type PortedOutcome, type PortedSuite } from "./case.ts";
import { filterSuites } from "./filter/index.ts";
import { formatterSuites } from "./formatter/index.ts";
import { loaderSuites } from "./loader/index.ts";
import { rulesetSuites } from "./ruleset/index.ts";

/** Every suite, of each kind. */
export const portedSuites: readonly PortedSuite[] = [
  ...filterSuites,
  ...loaderSuites,
  ...formatterSuites,
  ...rulesetSuites,
];

/** Asks all cases. */
export function askAll(): readonly PortedOutcome[] {
  return portedSuites.flatMap((suite) => suite.cases.map((one) => ask(suite, one)));
}
