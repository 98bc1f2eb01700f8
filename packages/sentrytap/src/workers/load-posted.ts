import type { ContainerLookup, RuleSet } from "@sentrytap/rules";
import { countRules } from "../loaded-rules.ts";
import { loadSources } from "../rule-files.ts";
import type { Loaded, PostedRules } from "./thread-messages.ts";

/**
 * Loads rules as they were sent; `told` is what is told of them.
 *
 * @throws {TraceError} `ERR_RULES` where they do not load.
 */
export function loadPosted(
  { sources, load }: PostedRules,
  containers: ContainerLookup | undefined,
): { readonly rules: RuleSet; readonly told: Loaded } {
  const warnings: string[] = [];
  const rules = loadSources(sources, {
    ...load,
    ...(containers && { containers }),
    onWarning: (text) => warnings.push(text),
  });
  return { rules, told: { loaded: countRules(rules), warnings } };
}
