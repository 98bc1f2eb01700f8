import type { FieldLookup } from "../fields/field-registry.ts";
import { type Operand, transformers } from "../language/ast.ts";
import { words } from "../language/scanner.ts";
import type { Hint } from "../nearest.ts";

/** Why a text is no format, and where. */
export interface FormatProblem {
  readonly message: string;
  readonly offset: number;
  /** A field does not exist. */
  readonly unknown: boolean;
  readonly hint?: Hint | undefined;
}

/** A `%field` of a format: the field, or the function of one, that is to be printed, and how wide. */
export interface FormatToken {
  readonly operand: Operand;
  /** Characters that it takes, cut or padded with blanks; 0 is what there is. */
  readonly width: number;
  /** Where the rest of the format begins. */
  readonly end: number;
}

/** The widest that a value can be padded to. */
const maxWidth = 65_536;

/** Functions in one another, at most. */
const maxFunctions = 20;

/** Names of fields are shorter: what is longer is not looked for to its end. */
const maxNameLength = 512;

/** Anything in the brackets of a field, as long as it stays within the line. */
const bracketed = /\[([^\]]{0,4096})\]/y;

/** The token that begins with the `%` at `percent`. Nowhere in it may be a blank but in brackets. */
export function readToken(format: string, percent: number, fields: FieldLookup): FormatToken | FormatProblem {
  const wrong = (message: string): FormatProblem => ({ message, offset: percent, unknown: false });
  const width = match(/[0-9]*/y, format, percent + 1);
  let at = percent + 1 + width.length;
  if (at >= format.length) {
    const what = width === "" ? "a % at the end" : `a width, %${shortened(width)}, at the end`;
    return wrong(`${what}: write a field behind it, such as %proc.name`);
  }
  if (Number(width) > maxWidth) return wrong(`%${shortened(width)} is too wide: ${maxWidth} is the most`);
  const functions: (typeof transformers)[number][] = [];
  const starts: number[] = [];
  for (;;) {
    const next = transformers.find((name) => format.startsWith(`${name}(`, at));
    if (next === undefined) break;
    if (functions.length === maxFunctions)
      return wrong(`more than ${maxFunctions} functions in one another: take some out`);
    functions.push(next);
    starts.push(at);
    at += next.length + 1;
  }
  const field = longestField(format, at, fields);
  if (!("kind" in field)) return { ...field, offset: percent };
  let operand: Operand = field;
  for (const [i, transformer] of [...functions.entries()].reverse()) {
    if (format[operand.end] !== ")") {
      const blank = "no blanks, and no more than a field, may stand between the parentheses";
      return wrong(`expected ")" behind ${format.slice(starts[i], operand.end)}: ${blank}`);
    }
    operand = { kind: "transformed", transformer, operand, start: starts[i] ?? at, end: operand.end + 1 };
  }
  return { operand, width: Number(width), end: operand.end };
}

/** The longest field that begins at `start`: behind `%proc.name` may stand anything, even letters and brackets. */
function longestField(
  format: string,
  start: number,
  fields: FieldLookup,
): Operand | Omit<FormatProblem, "offset"> {
  const written = match(words.fieldName, format, start);
  const name = written.slice(0, maxNameLength);
  if (name === "") {
    const what = shortened(format.slice(start - 1));
    const message = `${what} is no field, nor a function of one: write one behind the %, such as %proc.name`;
    return { message, unknown: true };
  }
  bracketed.lastIndex = start + written.length;
  const brackets = bracketed.exec(format);
  const argument = brackets === null ? undefined : unquoted(brackets[1] ?? "");
  if (brackets !== null && fields.has(name, argument))
    return { kind: "field", name, argument, start, end: bracketed.lastIndex };
  for (let { length } = name; length > 0; length--) {
    const shorter = name.slice(0, length);
    if (fields.has(shorter))
      return { kind: "field", name: shorter, argument: undefined, start, end: start + length };
  }
  const bound = fields.bind(name, argument);
  const message = typeof bound === "string" ? bound : `there is no field "${shortened(name)}"`;
  return { message, unknown: true, hint: () => fields.hint(name) };
}

/** An argument may stand in quotes, as in conditions. */
function unquoted(argument: string): string {
  return /^(["']).*\1$/s.test(argument) && argument.length > 1 ? argument.slice(1, -1) : argument;
}

function match(pattern: RegExp, text: string, offset: number): string {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? "";
}

/** As much of a text as a message needs. */
function shortened(text: string): string {
  return text.length > 24 ? `${text.slice(0, 21)}...` : text;
}
