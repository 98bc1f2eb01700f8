import type { FieldType, FieldValue } from "../fields/field.ts";
import { isOperand, type Test } from "./checked.ts";
import { Compare } from "./predicate.ts";
import { regexSize } from "./regex-size.ts";
import type { Work } from "./work.ts";

/** A comparison that must hold, or must not. */
export interface Literal {
  readonly test: Test;
  readonly positive: boolean;
}

/** What a field with at most one value can be where a condition holds. */
export interface Known {
  /** Whether it may have no value. */
  readonly absent: boolean;
  /** All the values that it can have, where they are few. */
  readonly domain: readonly FieldValue[] | undefined;
  /** The least number that it can be. */
  readonly low: number | bigint | undefined;
  readonly high: number | bigint | undefined;
  /** The comparisons that say so. */
  readonly literals: readonly Literal[];
}

/** Values and comparisons that are kept of one field: beyond, less is known. */
const maxDomain = 100;
const maxLiterals = 40;

const numeric: ReadonlySet<FieldType> = new Set([
  "number",
  "unsigned",
  "uint32",
  "int32",
  "int16",
  "port",
  "double",
  "time",
  "duration",
]);

/** What a comparison says of its field by itself; `undefined` where it is of a kind that is not looked at. */
export function knownOf(literal: Literal): Known | undefined {
  const { test, positive } = literal;
  const { node, field } = test.left;
  if (node.many !== undefined || field.dynamic || node.type === "net") return undefined;
  const known = {
    absent: !positive,
    domain: undefined,
    low: undefined,
    high: undefined,
    literals: [literal],
  };
  if (test.operator === "exists") return positive ? known : { ...known, domain: [] };
  const { right } = test;
  if (isOperand(right)) return known;
  if (numeric.has(node.type)) {
    const range = rangeOf(test.operator, positive, right[0], node.type !== "double");
    if (range !== undefined) return { ...known, ...range };
  }
  return { ...known, domain: domainOf(test.operator, positive, right) };
}

function domainOf(
  operator: string,
  positive: boolean,
  values: readonly FieldValue[],
): readonly FieldValue[] | undefined {
  if (positive && values.length === 0) return [];
  const isOneOf = positive
    ? operator === "=" || operator === "in" || operator === "intersects"
    : operator === "!=";
  return isOneOf && values.length <= maxDomain ? values : undefined;
}

const opposites: Readonly<Record<string, string>> = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" };

/** Numbers that compare so; `undefined` where the operator is about no range. */
function rangeOf(
  operator: string,
  positive: boolean,
  value: FieldValue | undefined,
  whole: boolean,
): Pick<Known, "low" | "high"> | undefined {
  if (typeof value !== "number" && typeof value !== "bigint") return undefined;
  switch (positive ? operator : opposites[operator]) {
    case "<":
      return { low: undefined, high: whole ? step(value, -1) : value };
    case "<=":
      return { low: undefined, high: value };
    case ">":
      return { low: whole ? step(value, 1) : value, high: undefined };
    case ">=":
      return { low: value, high: undefined };
    default:
      return undefined;
  }
}

/** The next whole number; of one too large to be told from its neighbours, itself. */
function step(value: number | bigint, by: 1 | -1): number | bigint {
  return typeof value === "bigint" ? value + BigInt(by) : value + by;
}

/** What is known where both are so: less than that where there is no more `work` to be done. */
export function togetherKnown(a: Known, b: Known, work: Work): Known {
  if (!work.spend(a.literals.length + b.literals.length)) return a;
  return {
    absent: a.absent && b.absent,
    domain: commonDomain(a, b, work),
    low: a.low === undefined || (b.low !== undefined && b.low > a.low) ? b.low : a.low,
    high: a.high === undefined || (b.high !== undefined && b.high < a.high) ? b.high : a.high,
    literals: [...a.literals, ...b.literals.filter((one) => !a.literals.includes(one))].slice(0, maxLiterals),
  };
}

function commonDomain(a: Known, b: Known, work: Work): readonly FieldValue[] | undefined {
  if (a.domain !== undefined) {
    const others = b.domain === undefined ? undefined : new Set(b.domain);
    return a.domain.filter((value) => others?.has(value) !== false && agrees(b, value, work));
  }
  return b.domain?.filter((value) => agrees(a, value, work));
}

/** Whether every comparison that is known allows a value; those that there is no more work for do. */
function agrees({ literals, low, high }: Known, value: FieldValue, work: Work): boolean {
  if (typeof value === "number" || typeof value === "bigint") {
    if (low !== undefined && value < low) return false;
    if (high !== undefined && value > high) return false;
  }
  return literals.every(({ test, positive }) => {
    const { predicate } = test;
    if (!(predicate instanceof Compare) || !work.spend(stepsOf(test, value))) return true;
    return predicate.accepts(value) === positive;
  });
}

/** Steps that comparing one value takes, at most. */
function stepsOf({ operator, right }: Test, value: FieldValue): number {
  const [pattern] = "node" in right ? [] : right;
  if (typeof value !== "string" || typeof pattern !== "string") return 1;
  if (operator === "regex") return 1 + value.length * regexSize(pattern);
  return operator === "glob" || operator === "iglob" ? 1 + value.length * pattern.length : 1;
}

/** What is known where one is so. */
export function eitherKnown(a: Known, b: Known): Known {
  const all =
    a.domain === undefined || b.domain === undefined ? undefined : new Set([...a.domain, ...b.domain]);
  return {
    absent: a.absent || b.absent,
    domain: all !== undefined && all.size <= maxDomain ? [...all] : undefined,
    low: a.low === undefined || b.low === undefined ? undefined : a.low < b.low ? a.low : b.low,
    high: a.high === undefined || b.high === undefined ? undefined : a.high > b.high ? a.high : b.high,
    literals: a.literals.filter((one) =>
      b.literals.some(
        (other) => other.test.predicate === one.test.predicate && other.positive === one.positive,
      ),
    ),
  };
}
