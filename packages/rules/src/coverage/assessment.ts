import { type Checked, isOperand, type Test } from "../compiling/checked.ts";
import { Compare } from "../compiling/predicate.ts";
import type { Work } from "../compiling/work.ts";
import { includesType } from "../event-types.ts";
import type { BoundField } from "../fields/bound-field.ts";
import type { FieldValue } from "../fields/field.ts";
import { valuesOf } from "./field-values.ts";
import { needsAt } from "./needs-at.ts";
import type { Place } from "./place.ts";
import type { Mend } from "./supplies.ts";
import type { Values } from "./values.ts";
import { opposite, type Verdict, verdictOf } from "./verdict.ts";

/** Judges conditions for the events of one place, each part once however many rules have it. */
export interface Assessment {
  readonly place: Place;
  /** What a condition can come to. `either` where that is not certain: parts are judged each by itself. */
  verdictOf(condition: Checked): Verdict;
  /** What a field can be. */
  valuesOf(field: BoundField): Values;
  /** What to add to the stream, so that a field says all that it can say. */
  mendsOf(field: BoundField): readonly Mend[];
}

class PlaceAssessment implements Assessment {
  readonly place: Place;
  readonly #work: Work;
  readonly #assume: Assume;
  readonly #verdicts = new Map<Checked, Verdict>();
  readonly #values = new Map<string, Values>();
  readonly #mends = new Map<string, readonly Mend[]>();

  constructor(place: Place, work: Work, assume: Assume) {
    this.place = place;
    this.#work = work;
    this.#assume = assume;
  }

  verdictOf(condition: Checked): Verdict {
    // Only macros are parts of several conditions, and there are many places.
    if (condition.kind !== "macro") return this.#assess(condition);
    const known = this.#verdicts.get(condition);
    if (known !== undefined) return known;
    const verdict = this.#assess(condition);
    this.#verdicts.set(condition, verdict);
    return verdict;
  }

  valuesOf(field: BoundField): Values {
    const known = this.#values.get(field.name);
    if (known !== undefined) return known;
    const values = this.#assume(field) ?? valuesOf(field, this.place);
    this.#values.set(field.name, values);
    return values;
  }

  mendsOf(field: BoundField): readonly Mend[] {
    const known = this.#mends.get(field.name);
    if (known !== undefined) return known;
    const { supplies } = this.place;
    const unmet = needsAt(field, this.place).filter((need) => supplies.supplyOf(need, this.place) !== "all");
    const mends = unmet.flatMap((need) => supplies.mendsOf(need, this.place));
    this.#mends.set(field.name, mends);
    return mends;
  }

  #assess(condition: Checked): Verdict {
    if (!this.#work.spend(1)) return "either";
    switch (condition.kind) {
      case "test":
        return judgeTest(condition.test, this);
      case "type":
        if (!condition.exact) return judgeTest(condition.test, this);
        return includesType(condition.types, this.place.type) ? "always" : "never";
      case "macro":
        return this.verdictOf(condition.condition);
      case "not":
        return opposite(this.verdictOf(condition.operand));
      case "and":
        return this.#all(condition.operands, false);
      case "or":
        return opposite(this.#all(condition.operands, true));
    }
  }

  /** Whether all hold, or, `negated`, none does. */
  #all(operands: readonly Checked[], negated: boolean): Verdict {
    let together: Verdict = "always";
    for (const operand of operands) {
      const verdict = this.verdictOf(operand);
      const wanted = negated ? opposite(verdict) : verdict;
      if (wanted === "never") return "never";
      if (wanted === "either") together = "either";
    }
    return together;
  }
}

/** A comparison with no value is false, whatever the operator. */
function judgeTest(test: Test, assessment: Assessment): Verdict {
  const left = assessment.valuesOf(test.left.field);
  if (isNothing(left)) return "never";
  if (test.operator === "exists") return verdictOf(true, left.absent || isFunction(test));
  const { right } = test;
  if (isOperand(right)) return isNothing(assessment.valuesOf(right.field)) ? "never" : "either";
  if (isFunction(test) || test.left.field.many !== undefined) return "either";
  return judgeConstants(test, left, right);
}

function judgeConstants(
  { operator, predicate }: Test,
  { absent, present, least }: Values,
  constants: readonly FieldValue[],
): Verdict {
  if (operator === "in" && constants.length === 0) return "never";
  if (present === "any") {
    return least !== undefined && isBelow(operator, constants, least) ? "never" : "either";
  }
  if (!(predicate instanceof Compare)) return "either";
  const outcomes = present.map((value) => predicate.accepts(value));
  return verdictOf(outcomes.includes(true), absent || outcomes.includes(false));
}

/** Whether no number from `least` up compares so with `constants`. */
function isBelow(operator: string, constants: readonly FieldValue[], least: number): boolean {
  const numbers = constants.map(Number);
  if (operator === "<") return numbers.every((number) => number <= least);
  const isBounded = operator === "=" || operator === "in" || operator === "<=";
  return isBounded && numbers.every((number) => number < least);
}

function isNothing({ present }: Values): boolean {
  return present !== "any" && present.length === 0;
}

/** What a function makes of a value is not looked into: of some it makes nothing. */
function isFunction({ source }: Test): boolean {
  return source.left.kind !== "field";
}

/** What a field is taken to be; `undefined` where nothing is assumed of it. */
export type Assume = (field: BoundField) => Values | undefined;

/** Takes what is judged from `work`: where that is used up, nothing is certain. */
export function assess(place: Place, work: Work, assume: Assume = () => undefined): Assessment {
  return new PlaceAssessment(place, work, assume);
}
