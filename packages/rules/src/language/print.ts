import type { Condition, Literal, Operand, RightSide } from "./ast.ts";
import { isBare, quote } from "./escape.ts";

/** A condition as text, which parses back to the same condition. */
export function print(condition: Condition): string {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.operands
        .map((operand) => printOperandOf(condition.kind, operand))
        .join(` ${condition.kind} `);
    case "not":
      return `not ${printTight(condition.operand)}`;
    case "compare":
      return `${printOperand(condition.left)} ${condition.operator} ${printRight(condition.right, condition.operator)}`;
    case "exists":
      return `${printOperand(condition.left)} exists`;
    case "macro":
      return condition.name;
  }
}

function printOperandOf(parent: "and" | "or", operand: Condition): string {
  const loose = operand.kind === "or" || operand.kind === "and";
  return loose && (parent === "and" || operand.kind === parent) ? `(${print(operand)})` : print(operand);
}

function printTight(condition: Condition): string {
  const tight = condition.kind === "compare" || condition.kind === "exists" || condition.kind === "macro";
  return tight ? print(condition) : `(${print(condition)})`;
}

/** A field or a function of one as text. */
export function printOperand(operand: Operand): string {
  if (operand.kind === "transformed") return `${operand.transformer}(${printOperand(operand.operand)})`;
  if (operand.argument === undefined) return operand.name;
  const bare = /^[^\]["' \t\n\v\f\r]+$/.test(operand.argument);
  return `${operand.name}[${bare ? operand.argument : quote(operand.argument)}]`;
}

function printRight(right: RightSide, operator: string): string {
  switch (right.kind) {
    case "literal":
      return operator === "in" || operator === "intersects" || operator === "pmatch" || isNumeric(operator)
        ? right.text
        : printLiteral(right);
    case "list":
      return `(${right.items.map(printLiteral).join(", ")})`;
    case "field":
      return `val(${printOperand(right)})`;
    case "transformed":
      return printOperand(right);
  }
}

function isNumeric(operator: string): boolean {
  return operator === "<" || operator === "<=" || operator === ">" || operator === ">=";
}

function printLiteral({ text }: Literal): string {
  return isBare(text) ? text : quote(text);
}
