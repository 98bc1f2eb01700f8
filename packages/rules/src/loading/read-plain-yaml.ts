import type { Scalar } from "yaml";
import type { YamlPair, YamlValue } from "./yaml-documents.ts";

/** What {@link readPlainYaml} finds. */
export interface PlainYaml {
  readonly root: YamlValue;
  /** How many values there are, keys included. */
  readonly values: number;
}

/**
 * Reads a file of the YAML that rules are mostly written in: one document, a sequence in block style, and in it sequences, maps and
 * scalars of most styles. `undefined` for whatever else there is, all mistakes included: that the library reads, which can tell
 * what is wrong. Where both read a file they find the same; this takes a tenth of the library's time.
 */
export function readPlainYaml(text: string): PlainYaml | undefined {
  if (strange.test(text)) return undefined;
  const reader = new PlainReader(text);
  try {
    return { root: reader.document(), values: reader.values };
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

/** Control characters, tabs among them, other line ends, marks of byte order, directives, and what divides documents. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const strange = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]|^(?:---|\.\.\.|%)/m;

const notPlain: unique symbol = Symbol("for the library");

/** Levels of blocks and brackets; rules need ten. */
const maxDepth = 20;

const mapKey = /[A-Za-z_][\w-]{0,99}(?=:[ \n])/y;
/** Nothing, or a comment. */
const lineEnd = / *(?: #.*)?(?:\n|$)/y;
const blockHeader = /[>|]-? *(?: #.*)?\n/y;
const blanks = / */y;
const flowItem = /[^,[\]{}\n]*/y;
/** With what a scalar without quotes may begin: not with signs that mean something. */
const plainStart = /^(?:[^-?:,[\]{}#&*!|>'"%@` ]|-[^- ,[\]])/;
const nullText = /^(?:~|null|Null|NULL)$/;

/** Goes through the text once, from left to right. */
class PlainReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  /** How many brackets are open. */
  #brackets = 0;
  /** Whether {@link #nextLine} stepped over a comment. */
  #commented = false;
  values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): YamlValue {
    if (this.#nextLine() !== 0) throw notPlain;
    const root = this.#blockSequence(0);
    if (this.#at < this.#text.length) throw notPlain;
    return root;
  }

  #blockSequence(indent: number): YamlValue {
    const offset = this.#at;
    const items: YamlValue[] = [];
    this.#enter();
    let column = indent;
    while (column === indent && this.#text.startsWith("- ", this.#at)) {
      this.#at++;
      this.#take(blanks);
      items.push(this.#blockItem(indent));
      column = this.#nextLine();
    }
    this.#leave(column, indent);
    return { kind: "sequence", items, offset };
  }

  #blockItem(indent: number): YamlValue {
    if (this.#text.startsWith("- ", this.#at)) return this.#blockSequence(this.#column());
    return this.#isAt(mapKey) ? this.#blockMap(this.#column()) : this.#inLine(indent);
  }

  #blockMap(indent: number): YamlValue {
    const offset = this.#at;
    const pairs: YamlPair[] = [];
    this.#enter();
    let column = indent;
    while (column === indent && this.#isAt(mapKey)) {
      const start = this.#at;
      const name = this.#take(mapKey);
      const key = this.#plain(name, start, this.#at);
      this.#at++;
      pairs.push({ key, name, value: this.#mapValue(indent) });
      column = this.#nextLine();
    }
    this.#leave(column, indent);
    return { kind: "map", pairs, offset };
  }

  #mapValue(indent: number): YamlValue {
    if (!this.#isAt(lineEnd)) {
      this.#take(blanks);
      return this.#inLine(indent);
    }
    const column = this.#nextLine();
    if (column >= indent && this.#text.startsWith("- ", this.#at)) return this.#blockSequence(column);
    if (column <= indent) throw notPlain;
    return this.#isAt(mapKey) ? this.#blockMap(column) : this.#inLine(indent);
  }

  #enter(): void {
    if (++this.#depth > maxDepth) throw notPlain;
    this.values++;
  }

  /** A block ends where a line is less indented, or, a sequence that stands as deep as its key, where the next key is. */
  #leave(column: number, indent: number): void {
    if (column > indent || (column === indent && !this.#isAt(mapKey))) throw notPlain;
    this.#depth--;
  }

  /** A value that is no block of items; its key or hyphen is indented by `indent`. */
  #inLine(indent: number): YamlValue {
    const char = this.#text.charAt(this.#at);
    if (char === ">" || char === "|") return this.#blockScalar(indent);
    if (char !== "[" && char !== "'" && char !== '"') return this.#plainLines(indent);
    const value = char === "[" ? this.#flowSequence(indent) : this.#quoted(char);
    this.#take(lineEnd);
    return value;
  }

  #plainLines(indent: number): YamlValue {
    const start = this.#at;
    let value = this.#plainLine();
    let end = this.#at;
    for (;;) {
      const isLast = this.#take(lineEnd).includes("#");
      const next = this.#at;
      if (this.#nextLine() <= indent) break;
      if (isLast || this.#commented) throw notPlain;
      const empty = this.#text.slice(next, this.#at).split("\n").length - 1;
      value += (empty === 0 ? " " : "\n".repeat(empty)) + this.#plainLine();
      end = this.#at;
    }
    return this.#plain(value, start, end);
  }

  #plainLine(): string {
    const line = this.#text.slice(this.#at, this.#lineEnd());
    const comment = line.indexOf(" #");
    return this.#plainPiece(comment < 0 ? line : line.slice(0, comment));
  }

  /** What stands here without quotes, blanks behind it aside. */
  #plainPiece(piece: string): string {
    let length = piece.length;
    while (piece.charAt(length - 1) === " ") length--;
    const text = piece.slice(0, length);
    if (!plainStart.test(text) || text.includes(": ") || text.endsWith(":") || text.includes(" #"))
      throw notPlain;
    this.#at += length;
    return text;
  }

  #flowSequence(indent: number): YamlValue {
    const offset = this.#at;
    const items: YamlValue[] = [];
    this.#enter();
    this.#brackets++;
    do {
      this.#at++;
      this.#betweenItems(indent);
      if (this.#text.charAt(this.#at) === "]") break;
      items.push(this.#flowItem(indent));
      this.#betweenItems(indent);
    } while (this.#text.charAt(this.#at) === ",");
    if (this.#text.charAt(this.#at) !== "]") throw notPlain;
    this.#at++;
    this.#depth--;
    this.#brackets--;
    return { kind: "sequence", items, offset };
  }

  #flowItem(indent: number): YamlValue {
    const char = this.#text.charAt(this.#at);
    if (char === "[") return this.#flowSequence(indent);
    if (char === "'" || char === '"') return this.#quoted(char);
    const start = this.#at;
    const piece = this.#take(flowItem);
    this.#at = start;
    const comment = piece.indexOf(" #");
    const text = this.#plainPiece(comment < 0 ? piece : piece.slice(0, comment));
    return this.#plain(text, start, this.#at);
  }

  /** Steps over blanks, comments, and ends of lines. What follows is more indented than the key; the last bracket need not be. */
  #betweenItems(indent: number): void {
    if (!this.#isAt(lineEnd)) {
      this.#take(blanks);
      return;
    }
    const column = this.#nextLine();
    const isLast = this.#brackets === 1 && this.#text.charAt(this.#at) === "]";
    if (column < indent || (column === indent && !isLast)) throw notPlain;
  }

  #quoted(quote: "'" | '"'): YamlValue {
    const start = this.#at;
    const end = quote === "'" ? this.#endOfSingle() : this.#endOfDouble();
    const inner = this.#text.slice(start + 1, end);
    if (inner.includes("\n")) throw notPlain;
    this.#at = end + 1;
    if (quote === "'") return this.#scalar(inner.replaceAll("''", "'"), "QUOTE_SINGLE", start);
    return this.#scalar(inner.replaceAll(/\\(.?)/g, escaped), "QUOTE_DOUBLE", start);
  }

  #endOfSingle(): number {
    let end = this.#quoteFrom("'", this.#at + 1);
    while (this.#text.charAt(end + 1) === "'") end = this.#quoteFrom("'", end + 2);
    return end;
  }

  #endOfDouble(): number {
    let end = this.#quoteFrom('"', this.#at + 1);
    for (;;) {
      let before = end;
      while (this.#text.charAt(before - 1) === "\\") before--;
      if ((end - before) % 2 === 0) return end;
      end = this.#quoteFrom('"', end + 1);
    }
  }

  #quoteFrom(quote: string, at: number): number {
    const found = this.#text.indexOf(quote, at);
    if (found < 0) throw notPlain;
    return found;
  }

  #blockScalar(indent: number): YamlValue {
    const start = this.#at;
    const header = this.#take(blockHeader);
    const isFolded = header.startsWith(">");
    let inner = 0;
    let empty = 0;
    let wasDeeper = false;
    let value = "";
    let behind = start;
    for (;;) {
      const line = this.#at;
      const width = this.#take(blanks).length;
      const end = this.#lineEnd();
      if (this.#at === end) {
        if (width > (inner || indent)) throw notPlain;
        if (end === this.#text.length) break;
        empty++;
        this.#at++;
        continue;
      }
      if (inner === 0) inner = width;
      if (width < inner || width <= indent) {
        if (width > indent || value === "") throw notPlain;
        this.#at = line;
        break;
      }
      const isDeeper = width > inner;
      value += value === "" ? "\n".repeat(empty) : breakOf(isFolded && !isDeeper && !wasDeeper, empty);
      value += this.#text.slice(line + inner, end);
      wasDeeper = isDeeper;
      empty = 0;
      this.#at = Math.min(end + 1, this.#text.length);
      behind = this.#at;
    }
    if (value === "") throw notPlain;
    const type = isFolded ? "BLOCK_FOLDED" : "BLOCK_LITERAL";
    return this.#scalar(header.charAt(1) === "-" ? value : `${value}\n`, type, start, behind);
  }

  #plain(text: string, start: number, end: number): YamlValue {
    if (!nullText.test(text)) return this.#scalar(text, "PLAIN", start, end);
    this.values++;
    return { kind: "null", offset: start };
  }

  #scalar(text: string, type: Scalar.Type, offset: number, end: number = this.#at): YamlValue {
    this.values++;
    return { kind: "scalar", text, scalar: { type, range: [offset, end, end] }, offset };
  }

  /** Goes to where the next line with something on it begins, and gives its column; -1 at the end of the text. */
  #nextLine(): number {
    this.#commented = false;
    for (;;) {
      this.#take(blanks);
      const char = this.#text.charAt(this.#at);
      if (char === "") return -1;
      if (char !== "\n" && char !== "#") return this.#column();
      if (char === "#") this.#commented = true;
      this.#at = Math.min(this.#lineEnd() + 1, this.#text.length);
    }
  }

  #lineEnd(): number {
    const end = this.#text.indexOf("\n", this.#at);
    return end < 0 ? this.#text.length : end;
  }

  #column(): number {
    return this.#at - this.#text.lastIndexOf("\n", this.#at - 1) - 1;
  }

  #isAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) throw notPlain;
    this.#at += found.length;
    return found;
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
