import type { Condition, Operand } from "./ast.ts";
import { Parser } from "./parser.ts";
import { SyntaxFailure } from "./scanner.ts";

/** What is wrong with a text, and where in it. */
export interface SyntaxProblem {
  readonly message: string;
  readonly offset: number;
  /** Where a parenthesis opens that is not closed. */
  readonly opening?: number;
}

/** The outcome of parsing. */
export type ParseResult =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly problem: SyntaxProblem };

/** Limits of {@link parse}. */
export interface ParseOptions {
  /** Levels of parentheses, and of functions in one another; default 1000. */
  readonly maxDepth?: number;
}

/**
 * Parses a condition of Falco's rule language. Names of fields and macros are not looked at; lists are known by their
 * parentheses only, so names of lists must have been replaced before.
 *
 * @example
 * parse("evt.type = open and not proc.name in (cat, less)");
 */
export function parse(text: string, options: ParseOptions = {}): ParseResult {
  if (text.trim() === "") {
    return {
      ok: false,
      problem: { message: "the condition is empty: write one, such as evt.type = open", offset: 0 },
    };
  }
  try {
    return { ok: true, condition: new Parser(text, options.maxDepth ?? 1000).condition() };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

/** Parses the field, or function of a field, that begins at `offset`; whatever follows is left alone. */
export function parseOperand(text: string, offset: number): Operand | SyntaxProblem {
  try {
    return new Parser(text, 20, offset).operand();
  } catch (error) {
    return problemOf(error);
  }
}

function problemOf(error: unknown): SyntaxProblem {
  if (!(error instanceof SyntaxFailure)) throw error;
  const { message, offset, opening } = error;
  return opening === undefined ? { message, offset } : { message, offset, opening };
}
