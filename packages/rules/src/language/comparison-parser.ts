import {
  type Comparison,
  type Existence,
  equalityOperators,
  type FieldReference,
  type ListLiteral,
  type Literal,
  listOperators,
  numberOperators,
  type Operand,
  type Operator,
  type RightSide,
  type Transformer,
  transformers,
  wordOperators,
} from "./ast.ts";
import { nextWord, type Scanner, SyntaxFailure, words } from "./scanner.ts";
import { mendOperator, mendValue } from "./syntax-mends.ts";

/** Parses what stands between `and`, `or`, `not` and parentheses: comparisons, and the fields in them. */
export class ComparisonParser {
  readonly #scanner: Scanner;
  readonly #maxDepth: number;

  /** `maxDepth`: of functions in one another. */
  constructor(scanner: Scanner, maxDepth: number) {
    this.#scanner = scanner;
    this.#maxDepth = maxDepth;
  }

  /** A comparison, where one comes next. */
  comparison(): Comparison | Existence | undefined {
    const left = this.operand();
    return left && this.#comparisonOf(left);
  }

  /** A field or a function of one, where one comes next. */
  operand(): Operand | undefined {
    return this.#field() ?? this.#transformed();
  }

  #field(): FieldReference | undefined {
    const scanner = this.#scanner;
    const start = scanner.offset;
    const name = scanner.word(words.fieldName);
    if (name === undefined) return undefined;
    let argument: string | undefined;
    if (scanner.take("[")) {
      argument = scanner.quoted() ?? scanner.word(words.fieldArgument);
      if (argument === undefined)
        throw this.#failure(`expected an argument after "${name}[": write a number or a name`);
      if (!scanner.take("]")) throw this.#failure(`expected "]" to close ${name}[, got ${this.#next()}`);
    }
    return { kind: "field", name, argument, start, end: scanner.offset };
  }

  #transformed(): Operand | undefined {
    const scanner = this.#scanner;
    const open: { readonly transformer: Transformer; readonly start: number }[] = [];
    for (;;) {
      const start = scanner.offset;
      const transformer = transformers.find((name) => scanner.take(`${name}(`));
      if (transformer === undefined) break;
      open.push({ transformer, start });
      if (open.length > this.#maxDepth) {
        throw this.#failure(`more than ${this.#maxDepth} functions in one another: take some out`);
      }
      scanner.blank();
    }
    if (open.length === 0) return undefined;
    let operand: Operand | undefined = this.#field();
    if (operand === undefined) throw this.#failure(`expected a field such as proc.name, got ${this.#next()}`);
    for (const { transformer, start } of open.reverse()) {
      scanner.blank();
      if (!scanner.take(")"))
        throw this.#failure(`expected ")" to close ${transformer}(, got ${this.#next()}`);
      operand = { kind: "transformed", transformer, operand, start, end: scanner.offset };
    }
    return operand;
  }

  #comparisonOf(left: Operand): Comparison | Existence {
    const scanner = this.#scanner;
    const { start } = left;
    scanner.blank();
    if (scanner.take("exists")) return { kind: "exists", left, start, end: scanner.offset };
    const at = scanner.offset;
    const numeric = numberOperators.find((operator) => scanner.take(operator));
    if (numeric !== undefined) {
      return this.#compare(left, numeric, at, () => this.#reference() ?? this.#number(numeric));
    }
    const equality = scanner.take("==") ? "=" : equalityOperators.find((operator) => scanner.take(operator));
    if (equality !== undefined) {
      return this.#compare(left, equality, at, () => this.#reference() ?? this.#string());
    }
    const word = wordOperators.find((operator) => scanner.take(operator));
    if (word !== undefined) {
      return this.#compare(left, word, at, () => {
        if (!scanner.blank()) throw this.#failure(`expected a blank after "${word}"`);
        return this.#reference() ?? this.#string();
      });
    }
    const list = listOperators.find((operator) => scanner.take(operator));
    if (list !== undefined) return this.#compare(left, list, at, () => this.#list());
    throw this.#failure(
      `expected an operator after ${scanner.text.slice(start, left.end)}, got ${this.#next()}${mendOperator(scanner.text, scanner.offset)}`,
    );
  }

  /** A comparison with the operator that has just been taken, which stood `at`. */
  #compare(left: Operand, operator: Operator, at: number, parseRight: () => RightSide): Comparison {
    const operatorSpan = { start: at, end: this.#scanner.offset };
    const right = parseRight();
    return { kind: "compare", left, operator, operatorSpan, right, start: left.start, end: right.end };
  }

  /** `val(field)` or a function of a field, where a value could stand. */
  #reference(): Operand | undefined {
    const scanner = this.#scanner;
    scanner.blank();
    if (!scanner.take("val(")) return this.#transformed();
    scanner.blank();
    const field = this.#field();
    if (field === undefined) throw this.#failure(`expected a field in val(...), got ${this.#next()}`);
    scanner.blank();
    if (!scanner.take(")")) throw this.#failure(`expected ")" to close val(, got ${this.#next()}`);
    return field;
  }

  #number(operator: string): Literal {
    const start = this.#scanner.offset;
    const text = this.#scanner.word(words.number);
    if (text === undefined) {
      throw this.#failure(
        `expected a number, got ${this.#next()}: "${operator}" takes one such as 10, without quotes`,
      );
    }
    return { kind: "literal", text, start, end: this.#scanner.offset };
  }

  #string(): Literal {
    this.#scanner.blank();
    const start = this.#scanner.offset;
    const text = this.#scanner.quoted() ?? this.#scanner.word(words.bareString);
    if (text === undefined) {
      throw this.#failure(`expected a value, got ${this.#next()}${mendValue(this.#scanner.text, start)}`);
    }
    return { kind: "literal", text, start, end: this.#scanner.offset };
  }

  #list(): RightSide {
    const scanner = this.#scanner;
    scanner.blank();
    const start = scanner.offset;
    if (scanner.take("(")) return this.#listRest(start);
    const reference = this.#reference();
    if (reference !== undefined) return reference;
    const text = scanner.word(words.identifier);
    if (text === undefined)
      throw this.#failure(`expected a list in parentheses, such as (a, b), got ${this.#next()}`);
    return { kind: "literal", text, start, end: scanner.offset };
  }

  #listRest(start: number): ListLiteral {
    const scanner = this.#scanner;
    const items: Literal[] = [];
    scanner.blank();
    if (!scanner.take(")")) {
      do {
        items.push(this.#string());
        scanner.blank();
      } while (scanner.take(","));
      if (!scanner.take(")")) throw this.#listFailure(start);
    }
    return { kind: "list", items, start, end: scanner.offset };
  }

  #listFailure(opening: number): SyntaxFailure {
    if (this.#scanner.atEnd()) return this.#failure('expected ")" after a list, got the end', opening);
    const mend = "put a value with blanks or signs in quotes";
    return this.#failure(`expected "," or ")" in a list, got ${this.#next()}: ${mend}`);
  }

  #failure(message: string, opening?: number): SyntaxFailure {
    return new SyntaxFailure(message, this.#scanner.offset, opening);
  }

  #next(): string {
    return nextWord(this.#scanner);
  }
}
