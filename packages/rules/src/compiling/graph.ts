import type { BoundField } from "../fields/bound-field.ts";
import type { FieldType, FieldValue } from "../fields/field.ts";
import type { Operator, Transformer } from "../language/ast.ts";
import { createPatternBudget, type PatternBudget } from "./pattern-budget.ts";
import { AllOf, AnyOf, Compare, CompareFields, Constant, Exists, Not, type Predicate } from "./predicate.ts";
import { createFieldNode, createTransformedNode, type ValueNode } from "./value-node.ts";

/** The conditions of all rules as one graph: what is equal is one node, so that it is evaluated once. */
export interface Graph {
  readonly always: Predicate;
  readonly never: Predicate;
  /** What its regular expressions may still take to compile. */
  readonly patterns: PatternBudget;
  field(field: BoundField): ValueNode;
  transformed(transformer: Transformer, operand: ValueNode, type: FieldType): ValueNode;
  exists(node: ValueNode): Predicate;
  compare(node: ValueNode, operator: Operator, values: readonly FieldValue[]): Predicate;
  compareFields(left: ValueNode, operator: Operator, right: ValueNode): Predicate;
  all(operands: readonly Predicate[]): Predicate;
  any(operands: readonly Predicate[]): Predicate;
  not(operand: Predicate): Predicate;
}

class HashConsedGraph implements Graph {
  readonly #predicates = new Map<string, Predicate>();
  readonly #values = new Map<string, ValueNode>();
  readonly #negated = new Map<Predicate, Predicate>();
  readonly always: Predicate = new Constant(0, true);
  readonly never: Predicate = new Constant(1, false);
  readonly patterns: PatternBudget = createPatternBudget();
  #next = 2;

  field(field: BoundField): ValueNode {
    return this.#value(field.name, () => createFieldNode(field));
  }

  transformed(transformer: Transformer, operand: ValueNode, type: FieldType): ValueNode {
    const key = `${transformer}(${operand.key})`;
    return this.#value(key, () => createTransformedNode(transformer, operand, type));
  }

  exists(node: ValueNode): Predicate {
    return this.#predicate(`exists ${node.key}`, (id) => new Exists(id, node));
  }

  compare(node: ValueNode, operator: Operator, values: readonly FieldValue[]): Predicate {
    const isSet = operator === "in" || operator === "intersects";
    // The order of a set's values does not matter, nor whether a value is there twice.
    const distinct = isSet ? [...new Set(values)].sort() : values;
    const key = `${node.key} ${operator} ${JSON.stringify(distinct, (_, value) => (typeof value === "bigint" ? `${value}n` : value))}`;
    return this.#predicate(key, (id) => new Compare(id, node, operator, distinct));
  }

  compareFields(left: ValueNode, operator: Operator, right: ValueNode): Predicate {
    const key = `${left.key} ${operator} val ${right.key}`;
    return this.#predicate(key, (id) => new CompareFields(id, left, operator, right));
  }

  all(operands: readonly Predicate[]): Predicate {
    const distinct = [...new Set(operands)].filter((operand) => operand !== this.always);
    if (distinct.includes(this.never)) return this.never;
    return this.#join("&", distinct, this.always, (id) => new AllOf(id, distinct));
  }

  any(operands: readonly Predicate[]): Predicate {
    const distinct = [...new Set(operands)].filter((operand) => operand !== this.never);
    if (distinct.includes(this.always)) return this.always;
    return this.#join("|", distinct, this.never, (id) => new AnyOf(id, distinct));
  }

  not(operand: Predicate): Predicate {
    if (operand === this.always) return this.never;
    if (operand === this.never) return this.always;
    const known = this.#negated.get(operand);
    if (known !== undefined) return known;
    const negated = new Not(this.#next++, operand);
    this.#negated.set(operand, negated);
    this.#negated.set(negated, operand);
    return negated;
  }

  #join(
    sign: string,
    operands: readonly Predicate[],
    empty: Predicate,
    make: (id: number) => Predicate,
  ): Predicate {
    const [first] = operands;
    if (first === undefined) return empty;
    if (operands.length === 1) return first;
    return this.#predicate(operands.map(({ id }) => id).join(sign), make);
  }

  #predicate(key: string, make: (id: number) => Predicate): Predicate {
    const known = this.#predicates.get(key);
    if (known !== undefined) return known;
    const made = make(this.#next++);
    this.#predicates.set(key, made);
    return made;
  }

  #value(key: string, make: () => ValueNode): ValueNode {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#values.set(key, made);
    return made;
  }
}

export function createGraph(): Graph {
  return new HashConsedGraph();
}
