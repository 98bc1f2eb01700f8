import { unescapeString } from "./escape.ts";

/** Thrown inside the parser only: `parse` makes a value of it. */
export class SyntaxFailure extends Error {
  readonly offset: number;
  readonly opening: number | undefined;

  constructor(message: string, offset: number, opening?: number) {
    super(message);
    this.offset = offset;
    this.opening = opening;
  }
}

const blank = /[ \t\b\r\n]*/y;

// Falco's words end at ASCII blanks only, so a no-break space is part of one.
/** Kinds of words; what a word is depends on where it stands, so the parser asks for the kind it wants. */
export const words: Readonly<
  Record<"identifier" | "fieldName" | "fieldArgument" | "number" | "bareString" | "negation", RegExp>
> = {
  identifier: /[a-zA-Z][a-zA-Z0-9_]*/y,
  fieldName: /[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+/y,
  fieldArgument: /[^\]["' \t\n\v\f\r]+/y,
  number: /0[xX][0-9a-fA-F]+|[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?/y,
  negation: /not[ \t\n\v\f\r]+/y,
  bareString: /[^()"'=, \t\n\v\f\r]+/y,
};

/** Reads a condition from left to right. */
export interface Scanner {
  readonly text: string;
  /** Offset of what comes next. */
  offset: number;
  atEnd(): boolean;
  /** Skips blanks; whether there were any. */
  blank(): boolean;
  /** Takes `word` if it comes next, whatever follows it. */
  take(word: string): boolean;
  /** Takes the longest word of a kind. */
  word(kind: RegExp): string | undefined;
  /** Takes a string in single or double quotes; one that does not end is not taken. */
  quoted(): string | undefined;
}

class TextScanner implements Scanner {
  readonly text: string;
  offset: number;

  constructor(text: string, offset: number) {
    this.text = text;
    this.offset = offset;
  }

  atEnd(): boolean {
    return this.offset >= this.text.length;
  }

  blank(): boolean {
    const start = this.offset;
    blank.lastIndex = start;
    this.offset += blank.exec(this.text)?.[0].length ?? 0;
    return this.offset > start;
  }

  take(word: string): boolean {
    if (!this.text.startsWith(word, this.offset)) return false;
    this.offset += word.length;
    return true;
  }

  word(kind: RegExp): string | undefined {
    kind.lastIndex = this.offset;
    const found = kind.exec(this.text)?.[0];
    if (found !== undefined) this.offset += found.length;
    return found;
  }

  quoted(): string | undefined {
    const quote = this.text.charAt(this.offset);
    if (quote !== '"' && quote !== "'") return undefined;
    const start = this.offset + 1;
    let end = this.text.indexOf(quote, start);
    // A quote behind a backslash never ends a string, even where that backslash is itself escaped: as in Falco.
    while (end > 0 && end > start && this.text.charAt(end - 1) === "\\")
      end = this.text.indexOf(quote, end + 1);
    if (end < 0) return undefined;
    const inner = unescapeString(this.text.slice(start, end), quote);
    if (typeof inner === "number") {
      const sequence = this.text.slice(start + inner, start + inner + 2);
      throw new SyntaxFailure(
        `unknown escape ${sequence} in a string: write \\\\ for a backslash, or one of \\b \\f \\n \\r \\t \\/ \\${quote}`,
        start + inner,
      );
    }
    this.offset = end + 1;
    return inner;
  }
}

/** A scanner of `text`, from `offset` on. */
export function createScanner(text: string, offset = 0): Scanner {
  return new TextScanner(text, offset);
}

/** What comes next, for a message. */
export function nextWord({ text, offset }: Scanner): string {
  if (offset >= text.length) return "the end";
  const word = /[^\s()]{1,40}|./suy;
  word.lastIndex = offset;
  return `"${word.exec(text)?.[0] ?? ""}"`;
}
