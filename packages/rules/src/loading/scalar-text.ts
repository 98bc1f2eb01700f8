import { createLocatedTextBuilder, type LocatedText, type Location, type Origin } from "./located-text.ts";
import type { SourceFile } from "./source-file.ts";
import type { WrittenScalar } from "./yaml-value.ts";

/** A string of a YAML file that knows where in the file each of its characters comes from. */
export interface ScalarText extends Origin {
  readonly file: SourceFile;
  readonly value: string;
  /** Offset in the file of the character at `index` of the value. */
  offsetOf(index: number): number;
}

/** What a scalar of a file says, and where. */
export function scalarText(file: SourceFile, scalar: WrittenScalar, value: string): ScalarText {
  return new AlignedText(file, scalar, value);
}

/** A file that is no YAML, but one text. */
export function wholeText(file: SourceFile): ScalarText {
  return { file, value: file.text, offsetOf: (index) => index, locate: (offset) => ({ file, offset }) };
}

/** A value that stands, as a whole, at one offset. */
export function fixedText(file: SourceFile, value: string, offset: number): ScalarText {
  return { file, value, offsetOf: () => offset, locate: () => ({ file, offset }) };
}

/** A text and what was appended to it, with blanks between. */
export function joinTexts(texts: readonly ScalarText[]): LocatedText {
  const out = createLocatedTextBuilder();
  for (const [i, text] of texts.entries()) {
    if (i > 0) out.insert(" ", text);
    out.append(text.value, text);
  }
  return out.build();
}

/**
 * Walks value and source side by side: YAML folds, indents and unescapes, but every character that is no blank stands in
 * the source in the same order. Done only for diagnostics, which mostly come in order: the walk goes on where it stopped.
 */
class AlignedText implements ScalarText {
  readonly file: SourceFile;
  readonly value: string;
  readonly #scalar: WrittenScalar;
  #index = 0;
  #at = -1;

  constructor(file: SourceFile, scalar: WrittenScalar, value: string) {
    this.file = file;
    this.value = value;
    this.#scalar = scalar;
  }

  locate(index: number): Location {
    return { file: this.file, offset: this.offsetOf(index) };
  }

  offsetOf(index: number): number {
    const source = this.file.text;
    const scalar = this.#scalar;
    const [start, end] = scalar.range ?? [0, source.length];
    const stop = Math.min(index, this.value.length);
    if (this.#at < 0 || stop < this.#index) {
      this.#index = 0;
      this.#at = bodyStart(source, scalar, start);
    }
    let at = this.#at;
    let i = this.#index;
    for (; i < stop && at < end; i++) {
      const isBlankValue = isBlank(this.value.charAt(i)) && !isEscape(source, scalar, at);
      if (!isBlankValue) at = behind(source, scalar, skipBlanks(source, scalar, at, end));
      else if (isBlank(source.charAt(at))) at++;
    }
    this.#index = i;
    this.#at = at;
    const wanted = this.value.charAt(stop);
    if (wanted !== "" && !isBlank(wanted)) at = skipBlanks(source, scalar, at, end);
    return Math.min(at, Math.max(start, end - 1));
  }
}

/** Where the next character that is no blank stands: behind blanks, and line ends that are escaped. */
function skipBlanks(source: string, scalar: WrittenScalar, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(source.charAt(at))) at++;
  while (isLineContinuation(source, scalar, at)) {
    at += 2;
    while (at < end && isBlank(source.charAt(at))) at++;
  }
  return at;
}

function bodyStart(source: string, { type }: WrittenScalar, start: number): number {
  if (type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE") return start + 1;
  if (type !== "BLOCK_FOLDED" && type !== "BLOCK_LITERAL") return start;
  const newline = source.indexOf("\n", start);
  return newline < 0 ? start : newline + 1;
}

function isBlank(char: string): boolean {
  return char === " " || char === "\n" || char === "\t" || char === "\r";
}

function isEscape(source: string, { type }: WrittenScalar, at: number): boolean {
  return type === "QUOTE_DOUBLE" && source.charAt(at) === "\\";
}

function isLineContinuation(source: string, scalar: WrittenScalar, at: number): boolean {
  return isEscape(source, scalar, at) && source.charAt(at + 1) === "\n";
}

/** Where the source goes on behind what makes the one character of the value that begins at `at`. */
function behind(source: string, { type }: WrittenScalar, at: number): number {
  if (type === "QUOTE_SINGLE") return source.startsWith("''", at) ? at + 2 : at + 1;
  if (type !== "QUOTE_DOUBLE" || source.charAt(at) !== "\\") return at + 1;
  switch (source.charAt(at + 1)) {
    case "x":
      return at + 4;
    case "u":
      return at + 6;
    case "U":
      return at + 10;
    default:
      return at + 2;
  }
}
