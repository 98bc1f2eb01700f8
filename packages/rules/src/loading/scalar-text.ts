import type { Scalar } from "yaml";
import type { Location, Origin } from "./located-text.ts";
import type { SourceFile } from "./source-file.ts";

/** A string of a YAML file that knows where in the file each of its characters comes from. */
export interface ScalarText extends Origin {
  readonly file: SourceFile;
  readonly value: string;
  /** Offset in the file of the character at `index` of the value. */
  offsetOf(index: number): number;
}

/** What a scalar of a file says, and where. */
export function scalarText(file: SourceFile, scalar: Scalar, value: string): ScalarText {
  return originText(file, value, (index) => align(file.text, scalar, value, index));
}

/** A file that is no YAML, but one text. */
export function wholeText(file: SourceFile): ScalarText {
  return originText(file, file.text, (index) => index);
}

/** A value that stands, as a whole, at one offset. */
export function fixedText(file: SourceFile, value: string, offset: number): ScalarText {
  return originText(file, value, () => offset);
}

function originText(file: SourceFile, value: string, offsetOf: (index: number) => number): ScalarText {
  const locate = (index: number): Location => ({ file, offset: offsetOf(index) });
  return { file, value, offsetOf, locate };
}

/**
 * Walks value and source side by side: YAML folds, indents and unescapes, but every character that is no blank stands in
 * the source in the same order. Done only for a diagnostic, so speed matters less than holding for every style.
 */
function align(source: string, scalar: Scalar, value: string, index: number): number {
  const [start, end] = scalar.range ?? [0, source.length];
  let at = bodyStart(source, scalar, start);
  const stop = Math.min(index, value.length);
  for (let i = 0; i <= stop && at < end; i++) {
    const wanted = value.charAt(i);
    if (i === stop && (wanted === "" || isBlank(wanted))) break;
    if (isBlank(wanted) && !isEscape(source, scalar, at)) {
      if (isBlank(source.charAt(at))) at++;
      continue;
    }
    while (at < end && isBlank(source.charAt(at))) at++;
    while (isLineContinuation(source, scalar, at)) {
      at += 2;
      while (at < end && isBlank(source.charAt(at))) at++;
    }
    if (i < stop) at += width(source, scalar, at);
  }
  return Math.min(at, Math.max(start, end - 1));
}

function bodyStart(source: string, { type }: Scalar, start: number): number {
  if (type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE") return start + 1;
  if (type !== "BLOCK_FOLDED" && type !== "BLOCK_LITERAL") return start;
  const newline = source.indexOf("\n", start);
  return newline < 0 ? start : newline + 1;
}

function isBlank(char: string): boolean {
  return char === " " || char === "\n" || char === "\t" || char === "\r";
}

function isEscape(source: string, { type }: Scalar, at: number): boolean {
  return type === "QUOTE_DOUBLE" && source.charAt(at) === "\\";
}

function isLineContinuation(source: string, scalar: Scalar, at: number): boolean {
  return isEscape(source, scalar, at) && source.charAt(at + 1) === "\n";
}

/** How many characters of the source make the one character of the value that begins at `at`. */
function width(source: string, { type }: Scalar, at: number): number {
  if (type === "QUOTE_SINGLE") return source.startsWith("''", at) ? 2 : 1;
  if (type !== "QUOTE_DOUBLE" || source.charAt(at) !== "\\") return 1;
  switch (source.charAt(at + 1)) {
    case "x":
      return 4;
    case "u":
      return 6;
    case "U":
      return 10;
    default:
      return 2;
  }
}
