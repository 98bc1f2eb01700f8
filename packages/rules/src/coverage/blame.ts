import type { Checked, Test } from "../compiling/checked.ts";
import type { Assessment } from "./assessment.ts";
import { valuesOf } from "./field-values.ts";
import { fieldsOfTest } from "./rule-parts.ts";

/** The comparisons for which `condition`, which `assessment` has found never to hold, does not: the most telling ones. */
export function blame(condition: Checked, assessment: Assessment): readonly Test[] {
  return [...new Set(find(condition, true, assessment))];
}

/** Why `condition` cannot come to `wanted`. */
function find(condition: Checked, wanted: boolean, assessment: Assessment): readonly Test[] {
  switch (condition.kind) {
    case "test":
    case "type":
      return [condition.test];
    case "macro":
      return find(condition.condition, wanted, assessment);
    case "not":
      return find(condition.operand, !wanted, assessment);
    case "and":
    case "or": {
      const stuck = wanted ? "never" : "always";
      const found = condition.operands
        .filter((operand) => assessment.verdictOf(operand) === stuck)
        .map((operand) => find(operand, wanted, assessment))
        .sort((a, b) => telling(b, assessment) - telling(a, assessment));
      // Of a disjunction, and of a conjunction that should fail, each part is to blame; those that are about events of
      // other types tell nothing, unless all are. Of the others one part is enough, the one that says so if there is one.
      if ((condition.kind === "and") !== wanted) {
        const most = Math.max(...found.map((tests) => telling(tests, assessment)));
        return found.filter((tests) => telling(tests, assessment) === most).flat();
      }
      return found.find((tests) => telling(tests, assessment) === ofOtherTypes) ?? found[0] ?? [];
    }
  }
}

/** What a comparison of types is worth: the part is about other events. */
const ofOtherTypes = 0;

/** How much the least telling of `tests` says to who asks why a rule cannot fire. */
function telling(tests: readonly Test[], assessment: Assessment): number {
  return Math.min(...tests.map((test) => tellingOf(test, assessment)));
}

function tellingOf(test: Test, { place }: Assessment): number {
  const limits = fieldsOfTest(test).flatMap((field) => valuesOf(field, place).limit ?? []);
  if (limits.length === 0) return test.left.field.name === "evt.type" ? ofOtherTypes : 2;
  return Math.max(...limits.map((limit) => (limit.kind === "no-value" && !limit.fits ? 1 : 3)));
}
