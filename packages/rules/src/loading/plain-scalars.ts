import type { Scalar } from "yaml";
import { blanks, lineEnd, notPlain, type PlainCursor } from "./plain-cursor.ts";
import { saysNothing, type YamlValue } from "./yaml-value.ts";

const blockHeader = /[>|]-? *(?: #.*)?\n/y;
/** With what a scalar without quotes may begin: not with signs that mean something. */
const plainStart = /^(?:[^-?:,[\]{}#&*!|>'"%@` ]|-[^- ,[\]])/;

/** Reads scalars where a cursor stands. */
export class PlainScalars {
  readonly #cursor: PlainCursor;

  constructor(cursor: PlainCursor) {
    this.#cursor = cursor;
  }

  /** One without quotes, which may go on in lines that are more indented than `indent`. */
  plainLines(indent: number): YamlValue {
    const start = this.#cursor.at;
    let value = this.#plainLine();
    let end = this.#cursor.at;
    for (;;) {
      const isLast = this.#cursor.take(lineEnd).includes("#");
      const next = this.#cursor.at;
      if (this.#cursor.nextLine() <= indent) break;
      if (isLast || this.#cursor.commented) throw notPlain;
      const empty = this.#cursor.text.slice(next, this.#cursor.at).split("\n").length - 1;
      value += (empty === 0 ? " " : "\n".repeat(empty)) + this.#plainLine();
      end = this.#cursor.at;
    }
    return this.plain(value, start, end);
  }

  #plainLine(): string {
    const line = this.#cursor.text.slice(this.#cursor.at, this.#cursor.lineEnd());
    const comment = line.indexOf(" #");
    return this.plainPiece(comment < 0 ? line : line.slice(0, comment));
  }

  /** What stands here without quotes, blanks behind it aside. */
  plainPiece(piece: string): string {
    let length = piece.length;
    while (piece.charAt(length - 1) === " ") length--;
    const text = piece.slice(0, length);
    if (!plainStart.test(text) || text.includes(": ") || text.endsWith(":") || text.includes(" #"))
      throw notPlain;
    this.#cursor.at += length;
    return text;
  }

  /** One in quotes, all on one line. */
  quoted(quote: "'" | '"'): YamlValue {
    const start = this.#cursor.at;
    const end = quote === "'" ? this.#endOfSingle() : this.#endOfDouble();
    const inner = this.#cursor.text.slice(start + 1, end);
    if (inner.includes("\n")) throw notPlain;
    this.#cursor.at = end + 1;
    if (quote === "'") return this.#scalar(inner.replaceAll("''", "'"), "QUOTE_SINGLE", start);
    return this.#scalar(inner.replaceAll(/\\(.?)/g, escaped), "QUOTE_DOUBLE", start);
  }

  #endOfSingle(): number {
    let end = this.#quoteFrom("'", this.#cursor.at + 1);
    while (this.#cursor.text.charAt(end + 1) === "'") end = this.#quoteFrom("'", end + 2);
    return end;
  }

  #endOfDouble(): number {
    let end = this.#quoteFrom('"', this.#cursor.at + 1);
    for (;;) {
      let before = end;
      while (this.#cursor.text.charAt(before - 1) === "\\") before--;
      if ((end - before) % 2 === 0) return end;
      end = this.#quoteFrom('"', end + 1);
    }
  }

  #quoteFrom(quote: string, at: number): number {
    const found = this.#cursor.text.indexOf(quote, at);
    if (found < 0) throw notPlain;
    return found;
  }

  /** One of whole lines, folded or not, which are more indented than `indent`. */
  blockScalar(indent: number): YamlValue {
    const start = this.#cursor.at;
    const header = this.#cursor.take(blockHeader);
    const isFolded = header.startsWith(">");
    let inner = 0;
    let empty = 0;
    let wasDeeper = false;
    let value = "";
    let behind = start;
    for (;;) {
      const line = this.#cursor.at;
      const width = this.#cursor.take(blanks).length;
      const end = this.#cursor.lineEnd();
      if (this.#cursor.at === end) {
        if (width > (inner || indent)) throw notPlain;
        if (end === this.#cursor.text.length) break;
        empty++;
        this.#cursor.at++;
        continue;
      }
      if (inner === 0) inner = width;
      if (width < inner || width <= indent) {
        if (width > indent || value === "") throw notPlain;
        this.#cursor.at = line;
        break;
      }
      const isDeeper = width > inner;
      value += value === "" ? "\n".repeat(empty) : breakOf(isFolded && !isDeeper && !wasDeeper, empty);
      value += this.#cursor.text.slice(line + inner, end);
      wasDeeper = isDeeper;
      empty = 0;
      this.#cursor.at = Math.min(end + 1, this.#cursor.text.length);
      behind = this.#cursor.at;
    }
    if (value === "") throw notPlain;
    const type = isFolded ? "BLOCK_FOLDED" : "BLOCK_LITERAL";
    return this.#scalar(header.charAt(1) === "-" ? value : `${value}\n`, type, start, behind);
  }

  /** What is written without quotes from `start` to `end`: nothing, where it says so. */
  plain(text: string, start: number, end: number): YamlValue {
    if (!saysNothing(text)) return this.#scalar(text, "PLAIN", start, end);
    this.#cursor.count();
    return { kind: "null", offset: start };
  }

  #scalar(text: string, type: Scalar.Type, offset: number, end: number = this.#cursor.at): YamlValue {
    this.#cursor.count();
    return { kind: "scalar", text, scalar: { type, range: [offset, end, end] }, offset };
  }
}

/** What stands between two lines of a block scalar that have so many empty ones between them. */
function breakOf(isFolded: boolean, empty: number): string {
  if (!isFolded) return "\n".repeat(empty + 1);
  return empty === 0 ? " " : "\n".repeat(empty);
}

function escaped(_escape: string, char: string): string {
  if (char === '"' || char === "\\" || char === "/") return char;
  if (char === "n") return "\n";
  throw notPlain;
}
