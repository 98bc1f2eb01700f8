import { type EventTypes, everyType, noType, otherTypes } from "../event-types.ts";
import type { BoundField } from "../fields/bound-field.ts";
import { eventTypeNames } from "../fields/event-table.ts";
import type { FieldType, FieldValue } from "../fields/field.ts";
import type { FieldLookup } from "../fields/field-registry.ts";
import type {
  Comparison,
  Condition,
  Existence,
  Literal,
  Operand,
  Operator,
  RightSide,
  Span,
  Transformer,
} from "../language/ast.ts";
import { printOperand } from "../language/print.ts";
import { didYouMean, type Hint } from "../nearest.ts";
import { takesValuesOnly, typeProblem } from "./check-fields.ts";
import type { Checked, CheckedOperand } from "./checked.ts";
import { operatorsOf, valueProblem } from "./comparison.ts";
import type { Graph } from "./graph.ts";
import { transformedType } from "./transform.ts";
import { parseValue } from "./value.ts";
import type { ValueNode } from "./value-node.ts";
import { literalWarning, unknownValueWarning } from "./value-warnings.ts";

/** What a check asks of its surroundings. */
export interface CheckContext {
  readonly graph: Graph;
  readonly fields: FieldLookup;
  /** The checked condition of a macro; `undefined` where the macro itself is wrong, or not there, which has been told. */
  macro(name: string, at: Span): Checked | undefined;
  /** `unknown`: it names a field or event type that does not exist, and this is how to mend it. */
  error(message: string, at: Span, unknown?: Hint): void;
  warning(message: string, at: Span): void;
  /** Tells the name of every field that a condition uses. */
  uses(field: BoundField, at: Span): void;
}

/** Binds the fields of a condition and checks every comparison; `undefined` where something is wrong, which is told. */
export function check(condition: Condition, context: CheckContext): Checked | undefined {
  switch (condition.kind) {
    case "macro":
      return context.macro(condition.name, condition);
    case "not": {
      const operand = check(condition.operand, context);
      return operand && { kind: "not", operand };
    }
    case "and":
    case "or": {
      const operands = condition.operands.map((operand) => check(operand, context));
      const right = operands.filter((operand) => operand !== undefined);
      return right.length === operands.length ? { kind: condition.kind, operands: right } : undefined;
    }
    case "exists":
      return checkExistence(condition, context);
    case "compare":
      return checkComparison(condition, context);
  }
}

/** Binds a field, or a function of one. */
export function checkOperand(operand: Operand, context: CheckContext): CheckedOperand | undefined {
  const { graph, fields } = context;
  if (operand.kind === "field") {
    const field = fields.bind(operand.name, operand.argument);
    if (typeof field === "string") {
      const hint = (): string => fields.hint(operand.name);
      context.error(field, operand, fields.has(operand.name) ? undefined : hint);
      return undefined;
    }
    context.uses(field, operand);
    return { field, node: graph.field(field) };
  }
  const inner = checkOperand(operand.operand, context);
  if (inner === undefined) return undefined;
  const { field, node } = inner;
  const ofList = operand.transformer === "len" && node.many === "list";
  const made = ofList ? "unsigned" : transformedType(operand.transformer, node.type);
  const type = takesValuesOnly(field) ? undefined : made;
  if (type === undefined) {
    context.error(misapplied(operand.transformer, node.type, field), operand);
    return undefined;
  }
  return { field, node: graph.transformed(operand.transformer, node, type) };
}

/** Why a function cannot be applied to a field, and what it can. */
function misapplied(transformer: Transformer, type: FieldType, field: BoundField): string {
  const { name, dynamic, many } = field;
  const what =
    many !== undefined && many !== "list"
      ? "fields of several values"
      : dynamic
        ? "fields whose type depends on the event"
        : takesValuesOnly(field)
          ? "fields that take values only"
          : `${type} fields`;
  const fit = transformedType(transformer, "bytes") === undefined ? "one string" : "one string or bytes";
  return `${transformer}() cannot be applied to ${what} such as ${name}: it takes a field of ${fit}`;
}

function checkExistence(source: Existence, context: CheckContext): Checked | undefined {
  const left = checkOperand(source.left, context);
  if (left === undefined) return undefined;
  const problem = typeProblem(source.left, "exists", false);
  if (problem !== undefined) return context.error(problem, source.left) as undefined;
  const predicate = context.graph.exists(left.node);
  const test = { source, predicate, left, operator: "exists" as const, right: [] };
  // Every event has a type.
  if (source.left.kind === "field" && left.field.name === "evt.type") {
    return { kind: "type", types: everyType, exact: true, test };
  }
  return { kind: "test", test };
}

function checkComparison(comparison: Comparison, context: CheckContext): Checked | undefined {
  const { left, operator, right } = comparison;
  const operand = checkOperand(left, context);
  if (operand === undefined) return undefined;
  const { node, field } = operand;
  const problem = typeProblem(left, operator, right.kind === "field" || right.kind === "transformed");
  if (problem !== undefined) {
    context.error(problem, left.kind === "transformed" ? left : right);
    return undefined;
  }
  const allowed = allowedOperators(operand);
  if (!allowed.some((one) => one === operator)) {
    const fit = allowed.join(", ");
    const message = `the operator "${operator}" cannot compare ${printOperand(left)}, a ${node.type}: use one of ${fit}, exists`;
    context.error(message, comparison.operatorSpan);
    return undefined;
  }
  if (right.kind === "field" || right.kind === "transformed")
    return checkFields(comparison, operand, right, context);
  const literals = right.kind === "list" ? right.items : [right];
  const values = checkValues(literals, comparison, operand, right, context);
  if (values === undefined) return undefined;
  const predicate = context.graph.compare(node, operator, values);
  const test = { source: comparison, predicate, left: operand, operator, right: values };
  const types = left.kind === "field" ? typesOf(field, operator, values) : undefined;
  if (types === undefined) return { kind: "test", test };
  return { kind: "type", types, exact: field.name === "evt.type", test };
}

function allowedOperators({ field, node }: CheckedOperand): readonly Operator[] {
  if (field.name.startsWith("evt.around[")) return ["="];
  return node.many === "list" ? ["in", "intersects"] : operatorsOf(node.type);
}

/** The event types that a comparison of `evt.type` or `syscall.type` is true for. */
function typesOf(field: BoundField, operator: string, values: readonly FieldValue[]): EventTypes | undefined {
  if (field.name !== "evt.type" && field.name !== "syscall.type") return undefined;
  // What is the name of no event no event has: of syscall.type any text is taken.
  const names = values.map(String).filter((name) => eventTypeNames.has(name));
  const only: EventTypes = names.length === 0 ? noType : { only: new Set(names) };
  if (operator === "=" || operator === "in") return only;
  if (operator !== "!=") return undefined;
  // What is no system call has no syscall.type, and is not unequal to any.
  return field.name === "evt.type" ? otherTypes(only) : everyType;
}

function checkValues(
  literals: readonly Literal[],
  { operator, left }: Comparison,
  { field, node }: CheckedOperand,
  right: RightSide,
  context: CheckContext,
): readonly FieldValue[] | undefined {
  const values: FieldValue[] = [];
  for (const literal of literals) {
    const { text } = literal;
    const parsed = parseValue(node.type, text);
    const problem =
      "wrong" in parsed
        ? `${parsed.wrong}: ${printOperand(left)} takes ${parsed.takes}`
        : constantProblem(operator, text, context);
    const unknownType = left.kind === "field" && field.name === "evt.type" && !eventTypeNames.has(text);
    if (problem !== undefined) context.error(problem, literal);
    else if (unknownType) context.error(`there is no event type "${text}"`, literal, () => typeHint(text));
    else if ("value" in parsed) values.push(parsed.value);
    const warning = literalWarning(operator, text, context.fields);
    if (warning !== undefined) context.warning(warning, right);
    const unknown = left.kind === "field" ? unknownValueWarning(operator, text, field) : undefined;
    if (unknown !== undefined) context.warning(unknown, right);
  }
  return values.length === literals.length ? values : undefined;
}

function constantProblem(operator: Operator, text: string, { graph }: CheckContext): string | undefined {
  const refused = operator === "regex" ? graph.patterns.problem(text) : undefined;
  return refused ?? valueProblem(operator, text);
}

function typeHint(text: string): string {
  return didYouMean(text, eventTypeNames, "name a system call, such as openat");
}

function checkFields(
  comparison: Comparison,
  operand: CheckedOperand,
  right: Operand,
  context: CheckContext,
): Checked | undefined {
  const { left, operator } = comparison;
  const { node, field } = operand;
  const other = checkOperand(right, context);
  if (other === undefined) return undefined;
  const wrong = (message: string): undefined => context.error(message, right) as undefined;
  if (operator === "pmatch" || operator === "regex")
    return wrong(`"${operator}" cannot compare with another field, only with values`);
  for (const { field: one } of [{ field }, other]) {
    // fd.types is the one list that there is, and stands by itself too.
    if (takesValuesOnly(one) || one.name.startsWith("fd.types"))
      return wrong(`${one.name} cannot be compared with another field, only with values`);
  }
  if (node.type !== other.node.type || node.many !== other.node.many) {
    return wrong(
      `${printOperand(left)} is a ${kindOf(node)}, and ${printOperand(right)} a ${kindOf(other.node)}: compare like with like`,
    );
  }
  const predicate = context.graph.compareFields(node, operator, other.node);
  return { kind: "test", test: { source: comparison, predicate, left: operand, operator, right: other } };
}

function kindOf({ type, many }: ValueNode): string {
  return many === "list" ? `list of ${type}` : type;
}
