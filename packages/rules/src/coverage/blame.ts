import type { Checked, Test } from "../compiling/checked.ts";
import type { Assessment } from "./assessment.ts";
import { fieldsOfTest } from "./rule-parts.ts";

/** Comparisons, and how much the least telling of them says to who asks why a rule cannot fire. */
interface Blamed {
  readonly tests: readonly Test[];
  readonly worth: number;
}

/** What a comparison of types is worth: the part is about other events. */
const ofOtherTypes = 0;

/** The comparisons for which `condition`, which `assessment` has found never to hold, does not: the most telling ones. */
export function blame(condition: Checked, assessment: Assessment): readonly Test[] {
  return [...new Set(find(condition, true, assessment).tests)];
}

/** Why `condition` cannot come to `wanted`. */
function find(condition: Checked, wanted: boolean, assessment: Assessment): Blamed {
  switch (condition.kind) {
    case "test":
    case "type":
      return { tests: [condition.test], worth: worthOf(condition.test, assessment) };
    case "macro":
      return find(condition.condition, wanted, assessment);
    case "not":
      return find(condition.operand, !wanted, assessment);
    case "and":
    case "or": {
      const stuck = wanted ? "never" : "always";
      const found = condition.operands
        .filter((operand) => assessment.verdictOf(operand) === stuck)
        .map((operand) => find(operand, wanted, assessment));
      const most = found.reduce((best, each) => (each.worth > best.worth ? each : best), nobody);
      // Of a disjunction, and of a conjunction that should fail, each part is to blame; those that are about events of
      // other types tell nothing, unless all are. Of the others one part is enough, the one that says so if there is one.
      if ((condition.kind === "and") === wanted) {
        return found.find(({ worth }) => worth === ofOtherTypes) ?? most;
      }
      const tests = found.filter(({ worth }) => worth === most.worth).flatMap((each) => each.tests);
      return { tests, worth: most.worth };
    }
  }
}

const nobody: Blamed = { tests: [], worth: -1 };

function worthOf(test: Test, assessment: Assessment): number {
  const limits = fieldsOfTest(test).flatMap((field) => assessment.valuesOf(field).limit ?? []);
  if (limits.length === 0) return test.left.field.name === "evt.type" ? ofOtherTypes : 2;
  return Math.max(...limits.map((limit) => (limit.kind === "no-value" && limit.fits !== true ? 1 : 3)));
}
