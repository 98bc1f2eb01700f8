import type { BoundField } from "../fields/bound-field.ts";
import type { FieldType, FieldValue, Plurality } from "../fields/field.ts";
import type { Operator, Transformer } from "../language/ast.ts";
import type { ValueTest } from "./comparison.ts";
import { type Question, unanswered } from "./question.ts";
import type { Run } from "./run.ts";
import { transform } from "./transform.ts";
import { createValueClasses, type ValueClasses } from "./value-classes.ts";

/** Value or values of a field; `undefined` where it has none. */
export type NodeValue = FieldValue | readonly FieldValue[] | undefined;

/** A field, or a function of one, whose value is read at most once an event. Asked, it answers with the class of its value. */
export interface ValueNode extends Question {
  /** As written; equal nodes have equal keys. */
  readonly key: string;
  readonly type: FieldType;
  readonly many: Plurality | undefined;
  read(run: Run): NodeValue;
  /**
   * Has {@link Question.ask} answer differently for values that a comparison tells apart, of which `test` is what it makes of
   * one; false where the comparison has to be asked itself.
   */
  distinguish(operator: Operator, values: readonly FieldValue[], test: ValueTest): boolean;
}

abstract class MemoizedValue implements ValueNode {
  readonly key: string;
  readonly type: FieldType;
  readonly many: Plurality | undefined;
  /** Made where a comparison needs them: outputs have nodes too. */
  #classes: ValueClasses | undefined = undefined;
  #generation = 0;
  #value: NodeValue;

  constructor(key: string, type: FieldType, many: Plurality | undefined) {
    this.key = key;
    this.type = type;
    this.many = many;
  }

  distinguish(operator: Operator, values: readonly FieldValue[], test: ValueTest): boolean {
    if (this.many !== undefined) return false;
    this.#classes ??= createValueClasses(this.type);
    return this.#classes.distinguish(operator, values, test);
  }

  ask(run: Run): number {
    const value = this.read(run);
    if (value === undefined) return 0;
    if (typeof value === "object") return unanswered;
    return this.#classes === undefined ? 1 : this.#classes.classOf(value);
  }

  read(run: Run): NodeValue {
    if (this.#generation === run.generation) return this.#value;
    this.#value = this.compute(run);
    this.#generation = run.generation;
    return this.#value;
  }

  protected abstract compute(run: Run): NodeValue;
}

class FieldNode extends MemoizedValue {
  readonly #read: BoundField["read"];

  constructor(field: BoundField) {
    super(field.name, field.type, field.many);
    this.#read = field.read;
  }

  protected compute(run: Run): NodeValue {
    return this.#read(run.event, run.context);
  }
}

class TransformedNode extends MemoizedValue {
  readonly #transformer: Transformer;
  readonly #operand: ValueNode;

  constructor(transformer: Transformer, operand: ValueNode, type: FieldType) {
    super(`${transformer}(${operand.key})`, type, transformer === "len" ? undefined : operand.many);
    this.#transformer = transformer;
    this.#operand = operand;
  }

  protected compute(run: Run): NodeValue {
    const value = this.#operand.read(run);
    if (value === undefined) return undefined;
    const { type } = this.#operand;
    if (typeof value !== "object") return transform(this.#transformer, type, value);
    // The length of a list is how many it has.
    if (this.#transformer === "len") return value.length;
    const made: FieldValue[] = [];
    for (const one of value) {
      const transformed = transform(this.#transformer, type, one);
      if (transformed === undefined) return undefined;
      made.push(transformed);
    }
    return made;
  }
}

export function createFieldNode(field: BoundField): ValueNode {
  return new FieldNode(field);
}

export function createTransformedNode(
  transformer: Transformer,
  operand: ValueNode,
  type: FieldType,
): ValueNode {
  return new TransformedNode(transformer, operand, type);
}
