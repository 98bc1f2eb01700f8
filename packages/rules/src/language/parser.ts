import {
  type Comparison,
  type Condition,
  type Existence,
  type FieldReference,
  type ListLiteral,
  type ListOperator,
  type Literal,
  type Operand,
  type Operator,
  type RightSide,
  type ScalarOperator,
  type Transformer,
  transformers,
} from "./ast.ts";
import { createScanner, type Scanner, SyntaxFailure, words } from "./scanner.ts";
import { mendAfter, mendCheck, mendOperator, mendValue } from "./syntax-mends.ts";

const numberOperators = ["<=", "<", ">=", ">"] as const;
const symbolOperators = ["==", "=", "!="] as const;
/** These want a blank behind them. */
const wordOperators = [
  "glob",
  "iglob",
  "contains",
  "icontains",
  "bcontains",
  "startswith",
  "bstartswith",
  "endswith",
  "regex",
] as const;
const listOperatorWords = ["intersects", "in", "pmatch"] as const;

/** Recursive descent over Falco's grammar of conditions: or, and, not, check. */
export class Parser {
  readonly #scanner: Scanner;
  readonly #maxDepth: number;
  #depth = 0;

  constructor(text: string, maxDepth: number, offset = 0) {
    this.#scanner = createScanner(text, offset);
    this.#maxDepth = maxDepth;
  }

  get offset(): number {
    return this.#scanner.offset;
  }

  /** A whole condition. */
  condition(): Condition {
    const condition = this.#or();
    if (this.#scanner.atEnd()) return condition;
    const { text, offset } = this.#scanner;
    throw this.#failure(
      `expected "and", "or" or the end, got ${this.#next()}${mendAfter(condition, text, offset)}`,
    );
  }

  /** A field or a function of one, as after the `%` of an output; what follows is left. */
  operand(): Operand {
    const start = this.#scanner.offset;
    const operand = this.#field(start) ?? this.#transformed(start);
    if (operand === undefined) throw this.#failure(`expected a field such as proc.name, got ${this.#next()}`);
    return operand;
  }

  #or(): Condition {
    return this.#junction("or", () => this.#and());
  }

  #and(): Condition {
    return this.#junction("and", () => this.#not());
  }

  #junction(kind: "and" | "or", operand: () => Condition): Condition {
    const scanner = this.#scanner;
    scanner.blank();
    const start = scanner.offset;
    const first = operand();
    const operands = [first];
    scanner.blank();
    while (scanner.take(kind)) {
      if (scanner.blank()) operands.push(operand());
      else if (scanner.take("(")) operands.push(this.#group());
      else throw this.#failure(`expected a blank or "(" after "${kind}"`);
      scanner.blank();
    }
    if (operands.length === 1) return first;
    return { kind, operands, start, end: operands.at(-1)?.end ?? scanner.offset };
  }

  #not(): Condition {
    const scanner = this.#scanner;
    scanner.blank();
    const start = scanner.offset;
    let negated = false;
    while (scanner.word(/not\s+/y) !== undefined) negated = !negated;
    let operand: Condition;
    if (scanner.take("not(")) {
      negated = !negated;
      operand = this.#group();
    } else {
      operand = this.#check();
    }
    return negated ? { kind: "not", operand, start, end: operand.end } : operand;
  }

  /** The rest of a condition in parentheses, behind the opening one. */
  #group(): Condition {
    const opening = this.#scanner.offset - 1;
    if (++this.#depth > this.#maxDepth) {
      throw this.#failure(
        `nested more than ${this.#maxDepth} levels deep: move parts of the condition to macros`,
      );
    }
    const condition = this.#or();
    this.#depth--;
    this.#scanner.blank();
    if (this.#scanner.take(")")) return condition;
    if (this.#scanner.atEnd()) throw this.#failure('expected ")", got the end', opening);
    const { text, offset } = this.#scanner;
    throw this.#failure(
      `expected "and", "or" or ")", got ${this.#next()}${mendAfter(condition, text, offset)}`,
    );
  }

  #check(): Condition {
    const scanner = this.#scanner;
    scanner.blank();
    if (scanner.take("(")) return this.#group();
    const start = scanner.offset;
    const left = this.#field(start) ?? this.#transformed(start);
    if (left !== undefined) return this.#comparison(left);
    const name = scanner.word(words.identifier);
    if (name !== undefined) return { kind: "macro", name, start, end: scanner.offset };
    throw this.#failure(
      `expected "(", a field or a macro, got ${this.#next()}${mendCheck(scanner.text, start)}`,
    );
  }

  #field(start: number): FieldReference | undefined {
    const scanner = this.#scanner;
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

  #transformed(start: number): Operand | undefined {
    const scanner = this.#scanner;
    const transformer = transformers.find((name) => scanner.take(`${name}(`));
    return transformer && this.#transformedRest(transformer, start);
  }

  #transformedRest(transformer: Transformer, start: number): Operand {
    const scanner = this.#scanner;
    if (++this.#depth > this.#maxDepth) {
      throw this.#failure(`more than ${this.#maxDepth} functions in one another: take some out`);
    }
    scanner.blank();
    const operand = this.operand();
    this.#depth--;
    scanner.blank();
    if (!scanner.take(")")) throw this.#failure(`expected ")" to close ${transformer}(, got ${this.#next()}`);
    return { kind: "transformed", transformer, operand, start, end: scanner.offset };
  }

  #comparison(left: Operand): Comparison | Existence {
    const scanner = this.#scanner;
    const { start } = left;
    scanner.blank();
    if (scanner.take("exists")) return { kind: "exists", left, start, end: scanner.offset };
    const numeric = numberOperators.find((operator) => scanner.take(operator));
    if (numeric !== undefined)
      return this.#compare(left, numeric, this.#reference() ?? this.#number(numeric));
    const symbol = symbolOperators.find((operator) => scanner.take(operator));
    if (symbol !== undefined) {
      const operator: ScalarOperator = symbol === "==" ? "=" : symbol;
      return this.#compare(left, operator, this.#reference() ?? this.#string());
    }
    const word = wordOperators.find((operator) => scanner.take(operator));
    if (word !== undefined) {
      if (!scanner.blank()) throw this.#failure(`expected a blank after "${word}"`);
      return this.#compare(left, word, this.#reference() ?? this.#string());
    }
    const list: ListOperator | undefined = listOperatorWords.find((operator) => scanner.take(operator));
    if (list !== undefined) return this.#compare(left, list, this.#list());
    throw this.#failure(
      `expected an operator after ${scanner.text.slice(start, left.end)}, got ${this.#next()}${mendOperator(scanner.text, scanner.offset)}`,
    );
  }

  #compare(left: Operand, operator: Operator, right: RightSide): Comparison {
    return { kind: "compare", left, operator, right, start: left.start, end: right.end };
  }

  /** `val(field)` or a function of a field, where a value could stand. */
  #reference(): Operand | undefined {
    const scanner = this.#scanner;
    scanner.blank();
    const start = scanner.offset;
    if (!scanner.take("val(")) return this.#transformed(start);
    scanner.blank();
    const field = this.#field(scanner.offset);
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

  /** What comes next, for a message. */
  #next(): string {
    const { text, offset } = this.#scanner;
    if (offset >= text.length) return "the end";
    const word = /[^\s()]{1,40}|./suy;
    word.lastIndex = offset;
    return `"${word.exec(text)?.[0] ?? ""}"`;
  }
}
