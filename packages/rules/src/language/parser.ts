import type { Condition, Operand } from "./ast.ts";
import { ComparisonParser } from "./comparison-parser.ts";
import { createScanner, nextWord, type Scanner, SyntaxFailure, words } from "./scanner.ts";
import { mendAfter, mendCheck } from "./syntax-mends.ts";

/** A condition in parentheses, or the whole one, of which a part has been read. */
interface Level {
  /** Where its parenthesis opens. */
  readonly opening: number | undefined;
  /** Where its first part begins. */
  readonly start: number;
  /** What stands between `or`s; what the last of them is joined of by `and`, and where that begins. */
  readonly alternatives: Condition[];
  conjuncts: Condition[];
  conjunctsStart: number;
  /** Whether the part that comes next is negated, and where its `not` stands. */
  negated: boolean;
  partStart: number;
  /** Behind `or(...)` no `and` may follow, as in Falco. */
  closed: boolean;
}

/**
 * Parses Falco's grammar of conditions: or, and, not, check. What is open is kept in a list of its own, so that no depth
 * of parentheses can exhaust the stack.
 */
export class Parser {
  readonly #scanner: Scanner;
  readonly #comparisons: ComparisonParser;
  readonly #maxDepth: number;
  readonly #outer: Level[] = [];
  #level: Level;

  constructor(text: string, maxDepth: number, offset = 0) {
    this.#scanner = createScanner(text, offset);
    this.#comparisons = new ComparisonParser(this.#scanner, maxDepth);
    this.#maxDepth = maxDepth;
    this.#level = this.#open(undefined);
  }

  /** A whole condition. */
  condition(): Condition {
    for (;;) {
      let part = this.#part();
      // Only a parenthesis was opened: its first part comes next.
      while (part !== undefined && !this.#continues(part)) {
        const condition = this.#finish();
        const outer = this.#outer.pop();
        if (outer === undefined) return this.#whole(condition);
        this.#close(condition);
        this.#level = outer;
        part = condition;
      }
    }
  }

  /** A field or a function of one, as after the `%` of an output; what follows is left. */
  operand(): Operand {
    const operand = this.#comparisons.operand();
    if (operand === undefined)
      throw this.#failure(`expected a field such as proc.name, got ${nextWord(this.#scanner)}`);
    return operand;
  }

  #open(opening: number | undefined): Level {
    this.#scanner.blank();
    const start = this.#scanner.offset;
    return {
      opening,
      start,
      alternatives: [],
      conjuncts: [],
      conjunctsStart: start,
      negated: false,
      partStart: start,
      closed: false,
    };
  }

  /** Goes into a parenthesis that has just been taken. */
  #enter(): undefined {
    if (this.#outer.length >= this.#maxDepth) {
      throw this.#failure(
        `nested more than ${this.#maxDepth} levels deep: move parts of the condition to macros`,
      );
    }
    const opening = this.#scanner.offset - 1;
    this.#outer.push(this.#level);
    this.#level = this.#open(opening);
    return undefined;
  }

  /** What stands between the words that join: `undefined` where it is in parentheses, which are open now. */
  #part(): Condition | undefined {
    const scanner = this.#scanner;
    const level = this.#level;
    scanner.blank();
    level.partStart = scanner.offset;
    while (scanner.word(words.negation) !== undefined) level.negated = !level.negated;
    if (scanner.take("not(")) {
      level.negated = !level.negated;
      return this.#enter();
    }
    scanner.blank();
    if (scanner.take("(")) return this.#enter();
    const start = scanner.offset;
    const comparison = this.#comparisons.comparison();
    if (comparison !== undefined) return comparison;
    const name = scanner.word(words.identifier);
    if (name !== undefined) return { kind: "macro", name, start, end: scanner.offset };
    throw this.#failure(
      `expected "(", a field or a macro, got ${nextWord(scanner)}${mendCheck(scanner.text, start)}`,
    );
  }

  /** Takes a part into what is open, and the word behind it; whether another part follows. */
  #continues(part: Condition): boolean {
    const scanner = this.#scanner;
    const level = this.#level;
    const { negated, partStart: start } = level;
    level.conjuncts.push(negated ? { kind: "not", operand: part, start, end: part.end } : part);
    level.negated = false;
    scanner.blank();
    if (!level.closed && scanner.take("and")) {
      this.#joined("and");
      return true;
    }
    level.closed = false;
    if (!scanner.take("or")) return false;
    level.alternatives.push(join("and", level.conjuncts, level.conjunctsStart));
    level.conjuncts = [];
    level.closed = this.#joined("or");
    return true;
  }

  /** What must follow a word that joins; whether it is a parenthesis, which is left for the next part. */
  #joined(word: string): boolean {
    const scanner = this.#scanner;
    const tight = !scanner.blank();
    if (tight && scanner.text.charAt(scanner.offset) !== "(")
      throw this.#failure(`expected a blank or "(" after "${word}"`);
    if (word === "or") this.#level.conjunctsStart = scanner.offset;
    return tight;
  }

  #finish(): Condition {
    const { alternatives, conjuncts, conjunctsStart, start } = this.#level;
    alternatives.push(join("and", conjuncts, conjunctsStart));
    return join("or", alternatives, start);
  }

  /** Takes the parenthesis behind a condition that began with one. */
  #close(condition: Condition): void {
    const scanner = this.#scanner;
    if (scanner.take(")")) return;
    if (scanner.atEnd()) throw this.#failure('expected ")", got the end', this.#level.opening);
    const { text, offset } = scanner;
    throw this.#failure(
      `expected "and", "or" or ")", got ${nextWord(scanner)}${mendAfter(condition, text, offset)}`,
    );
  }

  #whole(condition: Condition): Condition {
    const scanner = this.#scanner;
    if (scanner.atEnd()) return condition;
    const { text, offset } = scanner;
    throw this.#failure(
      `expected "and", "or" or the end, got ${nextWord(scanner)}${mendAfter(condition, text, offset)}`,
    );
  }

  #failure(message: string, opening?: number): SyntaxFailure {
    return new SyntaxFailure(message, this.#scanner.offset, opening);
  }
}

function join(kind: "and" | "or", operands: readonly Condition[], start: number): Condition {
  const [first] = operands;
  if (first !== undefined && operands.length === 1) return first;
  return { kind, operands, start, end: operands.at(-1)?.end ?? start };
}
