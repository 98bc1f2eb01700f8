import { RE2JS, RE2JSException } from "re2js";
import type { Matcher } from "./glob.ts";
import { fromPosix } from "./posix-pattern.ts";

/** Steps of a pattern, of which each character of a text may take all: more than any that somebody writes to be read. */
const maxSize = 5_000;

/**
 * What tells whether a whole text fits a regular expression, in time linear in its length; a string says what is wrong
 * with the expression. It is read by POSIX, as in Falco, and where that does not know it by RE2's own syntax: `\d`, `(?i)`.
 */
export function compilePattern(pattern: string): Matcher | string {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const made = compile(pattern);
  // Checking a condition and building its test both ask for it; no rules file is to fill the memory with what they keep.
  if (compiled.size >= 100) compiled.clear();
  compiled.set(pattern, made);
  return made;
}

const compiled = new Map<string, Matcher | string>();

function compile(pattern: string): Matcher | string {
  try {
    const posix = fromPosix(pattern);
    // Only in POSIX ^ and $ stand at the ends of lines.
    const expression = posix === undefined ? RE2JS.compile(pattern) : RE2JS.compile(posix, RE2JS.MULTILINE);
    if (expression.programSize() > maxSize)
      return `the regular expression comes to more than ${maxSize} steps: repeat less in it`;
    return (text) => expression.testExact(text);
  } catch (error) {
    if (error instanceof RE2JSException)
      return `not a regular expression: ${error.message}: write \\\\ before what is meant literally`;
    throw error;
  }
}
