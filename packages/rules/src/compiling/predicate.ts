import type { FieldValue } from "../fields/field.ts";
import type { Operator } from "../language/ast.ts";
import { compareValues, constantTest, type ValueTest } from "./comparison.ts";
import type { Question } from "./question.ts";
import type { Run } from "./run.ts";
import type { ValueNode } from "./value-node.ts";

/** A condition, or a part of one, of any number of rules: found true or false at most once an event. */
export interface Predicate {
  /** Number of the node in its graph. */
  readonly id: number;
  /** Predicates that must all hold for this to hold: itself, if nothing else is known. */
  readonly conjuncts: readonly Predicate[];
  holds(run: Run): boolean;
}

abstract class MemoizedPredicate implements Predicate {
  readonly id: number;
  #generation = 0;
  #holds = false;

  constructor(id: number) {
    this.id = id;
  }

  get conjuncts(): readonly Predicate[] {
    return [this];
  }

  holds(run: Run): boolean {
    if (this.#generation === run.generation) return this.#holds;
    this.#holds = this.compute(run);
    this.#generation = run.generation;
    return this.#holds;
  }

  protected abstract compute(run: Run): boolean;
}

/** True or false whatever the event. */
export class Constant implements Predicate {
  readonly id: number;
  readonly #value: boolean;

  constructor(id: number, value: boolean) {
    this.id = id;
    this.#value = value;
  }

  get conjuncts(): readonly Predicate[] {
    return [this];
  }

  holds(): boolean {
    return this.#value;
  }
}

export class AllOf extends MemoizedPredicate {
  readonly #operands: readonly Predicate[];

  constructor(id: number, operands: readonly Predicate[]) {
    super(id);
    this.#operands = operands;
  }

  override get conjuncts(): readonly Predicate[] {
    return this.#operands;
  }

  protected compute(run: Run): boolean {
    for (const operand of this.#operands) if (!operand.holds(run)) return false;
    return true;
  }
}

export class AnyOf extends MemoizedPredicate {
  readonly #operands: readonly Predicate[];

  constructor(id: number, operands: readonly Predicate[]) {
    super(id);
    this.#operands = operands;
  }

  protected compute(run: Run): boolean {
    for (const operand of this.#operands) if (operand.holds(run)) return true;
    return false;
  }
}

/** As cheap to find out as to remember. */
export class Not implements Predicate {
  readonly id: number;
  readonly #operand: Predicate;

  constructor(id: number, operand: Predicate) {
    this.id = id;
    this.#operand = operand;
  }

  get conjuncts(): readonly Predicate[] {
    return [this];
  }

  holds(run: Run): boolean {
    return !this.#operand.holds(run);
  }
}

/** What depends on the event itself, and not only on other predicates. */
abstract class Test extends MemoizedPredicate implements Question {
  ask(run: Run): number {
    return this.holds(run) ? 1 : 0;
  }
}

export class Exists extends Test {
  readonly #node: ValueNode;
  readonly #question: Question;

  constructor(id: number, node: ValueNode) {
    super(id);
    this.#node = node;
    this.#question = node.many === undefined ? node : this;
  }

  protected compute(run: Run): boolean {
    const value = this.#node.read(run);
    run.asked?.add(this.#question);
    return value !== undefined;
  }
}

/** A field compared with constants. */
export class Compare extends Test {
  readonly #node: ValueNode;
  readonly #operator: Operator;
  readonly #test: ValueTest;
  readonly #question: Question;

  constructor(id: number, node: ValueNode, operator: Operator, values: readonly FieldValue[]) {
    super(id);
    this.#node = node;
    this.#operator = operator;
    this.#test = constantTest(node.type, operator, values);
    this.#question = node.distinguish(operator, values, this.#test) ? node : this;
  }

  /** Whether it holds where this is the one value of the field. */
  accepts(value: FieldValue): boolean {
    return this.#test(value);
  }

  protected compute(run: Run): boolean {
    const value = this.#node.read(run);
    run.asked?.add(this.#question);
    if (value === undefined) return false;
    if (typeof value !== "object") return this.#test(value);
    return comparesMany(this.#node, this.#operator, value, this.#test);
  }
}

/** A field compared with a field. */
export class CompareFields extends Test {
  readonly #left: ValueNode;
  readonly #operator: Operator;
  readonly #right: ValueNode;

  constructor(id: number, left: ValueNode, operator: Operator, right: ValueNode) {
    super(id);
    this.#left = left;
    this.#operator = operator;
    this.#right = right;
  }

  protected compute(run: Run): boolean {
    const left = this.#left.read(run);
    const right = this.#right.read(run);
    run.asked?.add(this);
    if (left === undefined || right === undefined) return false;
    if (typeof left !== "object" && typeof right !== "object")
      return compareValues(this.#operator, left, right);
    // Only lists with lists, which knows `in` and `intersects` only.
    if (typeof left !== "object" || typeof right !== "object") return false;
    const isMember = (value: FieldValue): boolean => right.includes(value);
    return this.#operator === "in" ? left.every(isMember) : left.some(isMember);
  }
}

/** Says what {@link Plurality} says. */
function comparesMany(
  { many }: ValueNode,
  operator: Operator,
  values: readonly FieldValue[],
  test: ValueTest,
): boolean {
  if (many === "list" && operator === "in") return values.every(test);
  if (many === "either" && operator === "!=") return values.length > 0 && values.every(test);
  return values.some(test);
}
