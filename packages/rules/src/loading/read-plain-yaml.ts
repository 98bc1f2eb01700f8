import { blanks, lineEnd, notPlain, PlainCursor } from "./plain-cursor.ts";
import { PlainScalars } from "./plain-scalars.ts";
import type { YamlPair, YamlValue } from "./yaml-value.ts";

/** What {@link readPlainYaml} finds. */
export interface PlainYaml {
  readonly root: YamlValue;
  /** How many values there are, keys included. */
  readonly values: number;
}

/**
 * Reads a file of the YAML that rules are mostly written in: one document, a sequence in block style, and in it sequences, maps and
 * scalars of most styles. `undefined` for whatever else there is, all mistakes included: that the library reads, which can tell
 * what is wrong, and files of more than `most` values. Where both read a file they find the same; this takes an eighth of the
 * library's time.
 */
export function readPlainYaml(text: string, most: number): PlainYaml | undefined {
  if (strange.test(text)) return undefined;
  const cursor = new PlainCursor(text, most);
  try {
    return { root: new PlainReader(cursor).document(), values: cursor.values };
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

/** Control characters, tabs among them, other line ends, marks of byte order, directives, and what divides documents. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const strange = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]|^(?:---|\.\.\.|%)/m;

/** Levels of blocks and brackets; rules need ten. */
const maxDepth = 20;

const mapKey = /[A-Za-z_][\w-]{0,99}(?=:[ \n])/y;
const flowItem = /[^,[\]{}\n]*/y;

/** Reads blocks and brackets. */
class PlainReader {
  readonly #cursor: PlainCursor;
  readonly #scalars: PlainScalars;
  #depth = 0;
  /** How many brackets are open. */
  #brackets = 0;

  constructor(cursor: PlainCursor) {
    this.#cursor = cursor;
    this.#scalars = new PlainScalars(cursor);
  }

  document(): YamlValue {
    if (this.#cursor.nextLine() !== 0) throw notPlain;
    const root = this.#blockSequence(0);
    if (this.#cursor.at < this.#cursor.text.length) throw notPlain;
    return root;
  }

  #blockSequence(indent: number): YamlValue {
    const offset = this.#cursor.at;
    const items: YamlValue[] = [];
    this.#enter();
    let column = indent;
    while (column === indent && this.#cursor.text.startsWith("- ", this.#cursor.at)) {
      this.#cursor.at++;
      this.#cursor.take(blanks);
      items.push(this.#blockItem(indent));
      column = this.#cursor.nextLine();
    }
    this.#leave(column, indent);
    return { kind: "sequence", items, offset };
  }

  #blockItem(indent: number): YamlValue {
    if (this.#cursor.text.startsWith("- ", this.#cursor.at))
      return this.#blockSequence(this.#cursor.column());
    return this.#cursor.isAt(mapKey) ? this.#blockMap(this.#cursor.column()) : this.#inLine(indent);
  }

  #blockMap(indent: number): YamlValue {
    const offset = this.#cursor.at;
    const pairs: YamlPair[] = [];
    this.#enter();
    let column = indent;
    while (column === indent && this.#cursor.isAt(mapKey)) {
      const start = this.#cursor.at;
      const name = this.#cursor.take(mapKey);
      const key = this.#scalars.plain(name, start, this.#cursor.at);
      this.#cursor.at++;
      pairs.push({ key, name, value: this.#mapValue(indent) });
      column = this.#cursor.nextLine();
    }
    this.#leave(column, indent);
    return { kind: "map", pairs, offset };
  }

  #mapValue(indent: number): YamlValue {
    if (!this.#cursor.isAt(lineEnd)) {
      this.#cursor.take(blanks);
      return this.#inLine(indent);
    }
    this.#cursor.take(lineEnd);
    const column = this.#cursor.nextLine();
    if (column >= indent && this.#cursor.text.startsWith("- ", this.#cursor.at))
      return this.#blockSequence(column);
    if (column <= indent) throw notPlain;
    if (this.#cursor.isAt(mapKey)) return this.#blockMap(column);
    // Before some scalars the library takes a comment of its own line for a mistake.
    if (this.#cursor.commented) throw notPlain;
    return this.#inLine(indent);
  }

  #enter(): void {
    if (++this.#depth > maxDepth) throw notPlain;
    this.#cursor.count();
  }

  /** A block ends where a line is less indented, or, a sequence that stands as deep as its key, where the next key is. */
  #leave(column: number, indent: number): void {
    if (column > indent || (column === indent && !this.#cursor.isAt(mapKey))) throw notPlain;
    this.#depth--;
  }

  /** A value that is no block of items; its key or hyphen is indented by `indent`. */
  #inLine(indent: number): YamlValue {
    const char = this.#cursor.char;
    if (char === ">" || char === "|") return this.#scalars.blockScalar(indent);
    if (char !== "[" && char !== "'" && char !== '"') return this.#scalars.plainLines(indent);
    const value = char === "[" ? this.#flowSequence(indent) : this.#scalars.quoted(char);
    this.#cursor.take(lineEnd);
    return value;
  }

  #flowSequence(indent: number): YamlValue {
    const offset = this.#cursor.at;
    const items: YamlValue[] = [];
    this.#enter();
    this.#brackets++;
    do {
      this.#cursor.at++;
      this.#betweenItems(indent);
      if (this.#cursor.char === "]") break;
      items.push(this.#flowItem(indent));
      this.#betweenItems(indent);
    } while (this.#cursor.char === ",");
    if (this.#cursor.char !== "]") throw notPlain;
    this.#cursor.at++;
    this.#depth--;
    this.#brackets--;
    return { kind: "sequence", items, offset };
  }

  #flowItem(indent: number): YamlValue {
    const char = this.#cursor.char;
    if (char === "[") return this.#flowSequence(indent);
    if (char === "'" || char === '"') return this.#scalars.quoted(char);
    const start = this.#cursor.at;
    const piece = this.#cursor.take(flowItem);
    this.#cursor.at = start;
    const comment = piece.indexOf(" #");
    const text = this.#scalars.plainPiece(comment < 0 ? piece : piece.slice(0, comment));
    return this.#scalars.plain(text, start, this.#cursor.at);
  }

  /** Steps over blanks, comments, and ends of lines. What follows is more indented than the key; the last bracket need not be. */
  #betweenItems(indent: number): void {
    if (!this.#cursor.isAt(lineEnd)) {
      this.#cursor.take(blanks);
      return;
    }
    const column = this.#cursor.nextLine();
    const isLast = this.#brackets === 1 && this.#cursor.char === "]";
    if (column < indent || (column === indent && !isLast)) throw notPlain;
  }
}
