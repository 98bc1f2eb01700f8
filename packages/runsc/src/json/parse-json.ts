import type { JsonMember, JsonNode } from "./json-node.ts";

/** Why a text is no JSON, and where. */
export interface JsonProblem {
  readonly message: string;
  readonly offset: number;
}

/** Deeper than any session file. */
const maxDepth = 50;

const space = /[ \t\n\r]*/y;
const literal = /true|false|null/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const string = /"(?:[^"\\]|\\[\s\S])*"/y;

/** A value without its place. */
type Content = JsonNode extends infer Node
  ? Node extends JsonNode
    ? Omit<Node, "offset" | "end">
    : never
  : never;

class Failure {
  readonly problem: JsonProblem;

  constructor(message: string, offset: number) {
    this.problem = { message, offset };
  }
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): JsonNode {
    const node = this.#value(0);
    this.#match(space);
    if (this.#at < this.#text.length) throw this.#expected("the end of the file");
    return node;
  }

  #value(depth: number): JsonNode {
    this.#match(space);
    const offset = this.#at;
    if (depth > maxDepth) throw new Failure(`nested more than ${maxDepth} levels deep`, offset);
    const content = this.#content(depth);
    return { offset, end: this.#at, ...content };
  }

  #content(depth: number): Content {
    if (this.#takes("{")) return { kind: "object", members: this.#members(depth) };
    if (this.#takes("[")) return { kind: "array", items: this.#items(depth) };
    if (this.#text[this.#at] === '"') return { kind: "string", value: this.#string() };
    const word = this.#match(literal);
    if (word === "null") return { kind: "null" };
    if (word !== undefined) return { kind: "boolean", value: word === "true" };
    const digits = this.#match(number);
    if (digits === undefined) throw this.#expected("a value");
    return { kind: "number", value: Number(digits) };
  }

  #members(depth: number): readonly JsonMember[] {
    const members: JsonMember[] = [];
    if (this.#closes("}")) return members;
    do {
      this.#match(space);
      const offset = this.#at;
      if (this.#text[offset] !== '"') throw this.#expected("a key in double quotes");
      const key = this.#string();
      this.#match(space);
      if (!this.#takes(":")) throw this.#expected('a ":" behind the key');
      members.push({ key, offset, value: this.#value(depth + 1) });
    } while (this.#goesOn("}"));
    return members;
  }

  #items(depth: number): readonly JsonNode[] {
    const items: JsonNode[] = [];
    if (this.#closes("]")) return items;
    do items.push(this.#value(depth + 1));
    while (this.#goesOn("]"));
    return items;
  }

  #closes(end: string): boolean {
    this.#match(space);
    return this.#takes(end);
  }

  /** Whether a comma follows, and not the end. */
  #goesOn(end: string): boolean {
    this.#match(space);
    if (this.#takes(",")) return true;
    if (this.#takes(end)) return false;
    throw this.#expected(`"," or "${end}"`);
  }

  #string(): string {
    const offset = this.#at;
    const value = textIn(this.#match(string) ?? "");
    if (value === undefined)
      throw new Failure("a string that does not end, or has what no string can have", offset);
    return value;
  }

  #takes(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    this.#at += found?.length ?? 0;
    return found;
  }

  #expected(what: string): Failure {
    const rest = this.#text.slice(this.#at, this.#at + 10);
    return new Failure(
      `${what} must stand here, not ${rest === "" ? "the end of the file" : JSON.stringify(rest)}`,
      this.#at,
    );
  }
}

/** The text that a string of JSON means; `undefined` where it is none, as with control characters in it. */
function textIn(written: string): string | undefined {
  try {
    // It is in quotes.
    return JSON.parse(written) as string;
  } catch {
    return undefined;
  }
}

/** The value that `text` is JSON of, each part with its place; or why it is none. */
export function parseJson(text: string): JsonNode | JsonProblem {
  try {
    return new Parser(text).whole();
  } catch (failure) {
    if (failure instanceof Failure) return failure.problem;
    throw failure;
  }
}
