import type { TrackedEvent } from "@sentrytap/state";
import { type Checked, type CheckedOperand, isOperand, type Test } from "../compiling/checked.ts";
import type { Run, Runs } from "../compiling/run.ts";
import { typeOf } from "../fields/event-result.ts";
import type { FieldContext, FieldCoverage } from "../fields/field.ts";
import { print } from "../language/print.ts";
import type {
  ExplainedComparison,
  ExplainedCondition,
  ExplainOptions,
  Explanation,
  SeenValue,
} from "./explanation.ts";

const enter: Explanation = Object.freeze({ judged: false, holds: false, reason: "enter" });

/** What `event` makes of `condition`, part by part. Nothing is counted, and the stream goes on as if nobody had asked. */
export function explainCondition(
  condition: Checked,
  event: TrackedEvent,
  runs: Runs,
  context: FieldContext,
  { maxParts = 10_000 }: ExplainOptions = {},
): Explanation {
  if (event.direction === "enter") return enter;
  const explainer = new Explainer(runs.next(event, context), Math.max(1, maxParts));
  const holds = explainer.judge(condition);
  return { judged: true, holds, condition: explainer.explain(condition) };
}

/** A comparison counts as one part for so many characters of its text. */
const charactersPerPart = 1_000;

class Explainer {
  readonly #run: Run;
  /** Macros stand in many places, and are evaluated in one. */
  readonly #held = new Map<Checked, boolean>();
  readonly #compared = new Map<Test, ExplainedComparison>();
  #left: number;
  #failed = false;

  constructor(run: Run, maxParts: number) {
    this.#run = run;
    this.#left = maxParts;
  }

  /** As a rule set would: what throws makes all of the condition fail, unless it is settled before. */
  judge(condition: Checked): boolean {
    const holds = this.#holds(condition);
    return holds && !this.#failed;
  }

  explain(condition: Checked): ExplainedCondition {
    if (this.#left <= 0) return { kind: "cut", holds: this.#holds(condition) };
    this.#left--;
    switch (condition.kind) {
      case "test":
      case "type":
        return this.#compare(condition.test);
      case "macro": {
        const { kind, name } = condition;
        return { kind, name, holds: this.#holds(condition), condition: this.explain(condition.condition) };
      }
      case "not":
        return { kind: "not", holds: this.#holds(condition), operand: this.explain(condition.operand) };
      case "and":
      case "or": {
        const operands = this.#explainAll(condition.kind, condition.operands);
        return { kind: condition.kind, holds: this.#holds(condition), operands };
      }
    }
  }

  /** The rest of a long list is cut as one. */
  #explainAll(kind: "and" | "or", operands: readonly Checked[]): readonly ExplainedCondition[] {
    const explained: ExplainedCondition[] = [];
    for (const [i, operand] of operands.entries()) {
      if (this.#left <= 0) {
        const rest: Checked = { kind, operands: operands.slice(i) };
        return [...explained, { kind: "cut", holds: this.#holds(rest) }];
      }
      explained.push(this.explain(operand));
    }
    return explained;
  }

  #holds(condition: Checked): boolean {
    const known = this.#held.get(condition);
    if (known !== undefined) return known;
    const holds = this.#evaluate(condition);
    this.#held.set(condition, holds);
    return holds;
  }

  #evaluate(condition: Checked): boolean {
    switch (condition.kind) {
      case "test":
      case "type":
        return this.#testHolds(condition.test).holds;
      case "macro":
        return this.#holds(condition.condition);
      case "not":
        return !this.#holds(condition.operand);
      case "and":
        return condition.operands.every((operand) => this.#holds(operand));
      case "or":
        return condition.operands.some((operand) => this.#holds(operand));
    }
  }

  #testHolds({ predicate }: Test): { readonly holds: boolean; readonly failure?: unknown } {
    try {
      return { holds: predicate.holds(this.#run) };
    } catch (failure) {
      this.#failed = true;
      return { holds: false, failure };
    }
  }

  #compare(test: Test): ExplainedComparison {
    const compared = this.#compared.get(test) ?? this.#explainTest(test);
    this.#compared.set(test, compared);
    this.#left -= Math.floor(compared.text.length / charactersPerPart);
    return compared;
  }

  #explainTest(test: Test): ExplainedComparison {
    const { source, left, operator, right } = test;
    const actual = this.#read(left);
    const absence =
      actual === undefined ? absenceOf(left.field.coverage, typeOf(this.#run.event)) : undefined;
    return {
      kind: "compare",
      ...this.#testHolds(test),
      text: print(source),
      field: left.node.key,
      operator,
      actual,
      ...(isOperand(right)
        ? { expected: [], other: { field: right.node.key, actual: this.#read(right) } }
        : { expected: right }),
      ...(absence !== undefined && { absence }),
    };
  }

  #read({ node }: CheckedOperand): SeenValue {
    try {
      return node.read(this.#run);
    } catch {
      return undefined;
    }
  }
}

function absenceOf({ unavailable, filledBy, eventTypes }: FieldCoverage, type: string): string | undefined {
  if (unavailable !== undefined) return unavailable;
  if (eventTypes !== undefined && !eventTypes.has(type)) return `events of type ${type} do not have it`;
  return filledBy === undefined ? undefined : `it comes from outside the sandbox: ${filledBy}`;
}
