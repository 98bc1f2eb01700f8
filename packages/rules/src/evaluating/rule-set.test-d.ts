import type { TrackedEvent } from "@sentrytap/state";
import {
  createLiveRules,
  type ExplainedCondition,
  loadRules,
  type RuleSet,
  type SeenValue,
} from "../index.ts";

declare const rules: RuleSet;
declare const event: TrackedEvent;

rules.select([{ enable: { rule: "Write*" } }, { disable: { tag: "network" } }], { minPriority: "Warning" });
rules.select([{ disable: { rule: "*", tag: "network" } }]);
// @ts-expect-error a step names a rule or a tag
rules.select([{ enable: {} }]);
// @ts-expect-error a step enables or disables
rules.select([{ drop: { rule: "x" } }]);
// @ts-expect-error priorities are spelled as Falco spells them
rules.select([], { minPriority: "warning" });
loadRules([], { select: [{ enable: { tag: "x" } }], measureTime: { every: 10 } });

const live: RuleSet = createLiveRules(rules);
// @ts-expect-error a rule set cannot be replaced, only live rules
live.replace(rules);
// @ts-expect-error what the rules are is decided by replace
createLiveRules(rules).current = rules;

const explanation = rules.explain("r", event);
// @ts-expect-error what was not judged has no condition
explanation.condition satisfies ExplainedCondition;
if (explanation.judged) explanation.condition satisfies ExplainedCondition;

/** Each kind has its own parts. */
export function values(condition: ExplainedCondition): readonly SeenValue[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.operands.flatMap(values);
    case "not":
      return values(condition.operand);
    case "macro":
      return values(condition.condition);
    case "compare":
      return [condition.actual];
    case "cut":
      // @ts-expect-error what is cut is not known
      condition.operands;
      return [];
  }
}
