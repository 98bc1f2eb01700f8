/** Where in its text a part of a condition stands: offsets, the end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Operators that compare numbers, in the order in which they are looked for. */
export const numberOperators = ["<=", "<", ">=", ">"] as const;

/** Operators that compare values of any type; `==` is another way to write the first. */
export const equalityOperators = ["=", "!="] as const;

/** Operators that are words: a blank must follow. */
export const wordOperators = [
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

/** Every operator that compares a field with one value. */
export const scalarOperators: readonly ScalarOperator[] = [
  ...numberOperators,
  ...equalityOperators,
  ...wordOperators,
];

/** Every operator that compares a field with a list of values, in the order in which they are looked for. */
export const listOperators = ["intersects", "in", "pmatch"] as const;

/** An operator with one value, or a field, on its right. */
export type ScalarOperator =
  | (typeof numberOperators)[number]
  | (typeof equalityOperators)[number]
  | (typeof wordOperators)[number];

/** An operator with a list on its right. */
export type ListOperator = (typeof listOperators)[number];

/** A comparison operator; `==` is parsed as `=`. */
export type Operator = ScalarOperator | ListOperator;

/** Functions that change a field's value before it is compared. */
export const transformers = ["tolower", "toupper", "b64", "basename", "len"] as const;

/** The name of such a function. */
export type Transformer = (typeof transformers)[number];

/** A field, with the argument that stands in brackets. */
export interface FieldReference extends Span {
  readonly kind: "field";
  readonly name: string;
  readonly argument: string | undefined;
}

/** A field's value changed by a function. */
export interface Transformed extends Span {
  readonly kind: "transformed";
  readonly transformer: Transformer;
  readonly operand: Operand;
}

/** What a comparison can have on its left. */
export type Operand = FieldReference | Transformed;

/** A value written in the condition, quotes and escapes undone. */
export interface Literal extends Span {
  readonly kind: "literal";
  readonly text: string;
}

/** Values in parentheses. */
export interface ListLiteral extends Span {
  readonly kind: "list";
  readonly items: readonly Literal[];
}

/** What a comparison can have on its right; an operand is `val(field)` or a function of one. */
export type RightSide = Literal | ListLiteral | Operand;

/** A field, or a function of one, compared with values or another field. */
export interface Comparison extends Span {
  readonly kind: "compare";
  readonly left: Operand;
  readonly operator: Operator;
  /** Where the operator stands. */
  readonly operatorSpan: Span;
  readonly right: RightSide;
}

/** `field exists`. */
export interface Existence extends Span {
  readonly kind: "exists";
  readonly left: Operand;
}

/** The name of a macro, standing for its condition. */
export interface MacroReference extends Span {
  readonly kind: "macro";
  readonly name: string;
}

/** All operands must hold, or one of them. */
export interface Junction extends Span {
  readonly kind: "and" | "or";
  /** Two or more. */
  readonly operands: readonly Condition[];
}

/** The opposite of its operand. */
export interface Negation extends Span {
  readonly kind: "not";
  readonly operand: Condition;
}

/** A condition as written; what its names mean is not yet known. */
export type Condition = Junction | Negation | Comparison | Existence | MacroReference;
