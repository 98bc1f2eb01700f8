import type { Position } from "../diagnostic.ts";

/** A text of rules with its name; `loadRules` takes several, in order. */
export interface RuleSource {
  /** What diagnostics call it, such as its path. */
  readonly name: string;
  /** YAML. */
  readonly text: string;
}

/** A source while it is read. */
export interface SourceFile extends RuleSource {
  /** Offset of the first character of each line. */
  readonly lineStarts: readonly number[];
}

class TextFile implements SourceFile {
  readonly name: string;
  readonly text: string;
  #lineStarts: readonly number[] | undefined;

  constructor({ name, text }: RuleSource) {
    this.name = name;
    // A byte order mark is no part of the text, and of no column.
    this.text = text.startsWith("\ufeff") ? text.slice(1) : text;
  }

  /** Counted when first asked for: most files have nothing to tell of. */
  get lineStarts(): readonly number[] {
    this.#lineStarts ??= lineStartsOf(this.text);
    return this.#lineStarts;
  }
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

export function createSourceFile(source: RuleSource): SourceFile {
  return new TextFile(source);
}

/** Line and column of an offset. */
export function positionAt(file: SourceFile, offset: number): Position {
  if (offset === 0) return { line: 1, column: 1 };
  const { lineStarts } = file;
  const line = lastAtMost(lineStarts, offset);
  return { line: line + 1, column: offset - (lineStarts[line] ?? 0) + 1 };
}

/** Index of the last of ascending numbers that is not above `limit`; the first where all are. */
export function lastAtMost(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ascending[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
