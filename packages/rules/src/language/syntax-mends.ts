import { nearest } from "../nearest.ts";
import { type Condition, listOperators, scalarOperators } from "./ast.ts";

// Ends of messages: how to mend what people write who are used to other languages. Empty where the message says it.

const operators: readonly string[] = [...scalarOperators, ...listOperators, "exists"];

/** What stands behind a whole condition, and does not belong there. */
export function mendAfter(condition: Condition, text: string, offset: number): string {
  const word = wordAt(text, offset);
  if (word.startsWith(")")) return `: no "(" is open, take it out`;
  if (/^(?:&&?|and\b)/i.test(word)) return ': write "and"';
  if (/^(?:\|\|?|or\b)/i.test(word)) return ': write "or"';
  const last = lastOf(condition);
  if (last.kind === "macro" && (/^[<>=!~]/.test(word) || operators.includes(word))) {
    return `: "${last.name.slice(0, 40)}" is a macro, the name of a field has a dot`;
  }
  const valued = last.kind === "compare" && (last.right.kind === "literal" || last.right.kind === "field");
  return valued ? ": put a value with blanks or signs in quotes" : "";
}

/** What stands where a comparison or macro should. */
export function mendCheck(text: string, offset: number): string {
  if (text.charAt(offset) === "!") return ': write "not"';
  const before = /\b(?:and|or|not)\s*$/.exec(text.slice(Math.max(0, offset - 20), offset))?.[0].trim();
  if (before !== undefined && (offset >= text.length || text.charAt(offset) === ")")) {
    return `: write one behind "${before}", or take that out`;
  }
  return ": write a comparison such as proc.name = cat";
}

/** What stands where an operator should. */
export function mendOperator(text: string, offset: number): string {
  const word = wordAt(text, offset);
  if (word === "not") return ': write "not" before the field';
  const near = nearest(word.toLowerCase(), operators);
  return near === undefined ? `: use one of ${operators.join(", ")}` : `: did you mean "${near}"?`;
}

/** What stands where a value should. */
export function mendValue(text: string, offset: number): string {
  const char = text.charAt(offset);
  if (char === '"' || char === "'") return `: the string that begins here has no ${char} at its end`;
  if (char === "(") return ': for a list use "in", and put a value with parentheses in quotes';
  const comma = text
    .slice(Math.max(0, offset - 20), offset)
    .trimEnd()
    .endsWith(",");
  if (comma) return ": write one behind the comma, or take that out";
  if (char === "" || char === ")") return `: write one, or "" for an empty string`;
  return ": put a value with blanks or signs in quotes";
}

function wordAt(text: string, offset: number): string {
  return /^\S*/.exec(text.slice(offset, offset + 40))?.[0] ?? "";
}

/** The condition that ends last. */
function lastOf(condition: Condition): Condition {
  let last = condition;
  while (last.kind === "and" || last.kind === "or" || last.kind === "not") {
    const inner = last.kind === "not" ? last.operand : last.operands.at(-1);
    if (inner === undefined) break;
    last = inner;
  }
  return last;
}
