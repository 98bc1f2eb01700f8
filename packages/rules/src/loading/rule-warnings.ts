import { type Contradiction, describeContradiction } from "../compiling/contradictions.ts";
import { type EventTypes, isNoType } from "../event-types.ts";
import type { Definitions, RuleDefinition } from "./definitions.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Location } from "./located-text.ts";

// What looks like a mistake in rules that are right.

/** More types than a rule can mean by naming them. */
const manyTypes = 50;

/** Warns of a rule that looks at no events, or at too many. */
export function warnOfTypes(types: EventTypes, { context }: RuleDefinition, diagnostics: Diagnostics): void {
  if ("only" in types && types.only.size > 0 && types.only.size <= manyTypes) return;
  const message = isNoType(types)
    ? "no type of event can match the rule: look at what it asks of evt.type"
    : "the rule looks at events of nearly every type, which costs: add evt.type in (...)";
  diagnostics.warning("LOAD_NO_EVTTYPE", message, context);
}

/** How to mend a contradiction, by how many parts it is told to have. */
const contradictionMends = [
  "take one comparison out",
  "fill its list, or take it out",
  "take one out",
] as const;

/** Warns of a rule whose condition never holds, for these `parts`. */
export function warnOfContradiction(
  parts: Contradiction,
  { condition, context }: RuleDefinition,
  diagnostics: Diagnostics,
): void {
  const why = `${describeContradiction(parts)}: ${contradictionMends[parts.length]}`;
  const at = (): Location | undefined => condition[0]?.locate(0);
  diagnostics.warning("LOAD_NEVER_MATCHES", `the rule can never match: ${why}`, context, at);
}

/** Warns of what is defined, and used by nothing. */
export function warnOfUnused(
  { macros, lists }: Definitions,
  usedMacros: ReadonlySet<string>,
  usedLists: ReadonlySet<string>,
  diagnostics: Diagnostics,
): void {
  for (const { name, context } of macros.values()) {
    if (usedMacros.has(name)) continue;
    diagnostics.warning("LOAD_UNUSED_MACRO", "no rule or macro uses it: use it, or take it out", context);
  }
  for (const { name, context } of lists.values()) {
    if (usedLists.has(name)) continue;
    diagnostics.warning(
      "LOAD_UNUSED_LIST",
      "no rule, macro or list uses it: use it, or take it out",
      context,
    );
  }
}
