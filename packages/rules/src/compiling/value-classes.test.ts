import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FieldValue } from "../fields/field.ts";
import type { Operator } from "../language/ast.ts";
import { constantTest } from "./comparison.ts";
import { unanswered } from "./question.ts";
import { createValueClasses } from "./value-classes.ts";

/** Few letters, so that texts are often parts of one another. */
const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "é"), maxLength: 9 });
const textOperator = fc.constantFrom<Operator>(
  ...([
    "=",
    "!=",
    "in",
    "startswith",
    "endswith",
    "contains",
    "icontains",
    "pmatch",
    "glob",
    "iglob",
  ] as const),
);
const numberOperator = fc.constantFrom<Operator>("=", "!=", "in", "<", "<=", ">", ">=");

type Comparison = readonly [operator: Operator, values: readonly FieldValue[]];

function comparisons(
  operator: fc.Arbitrary<Operator>,
  value: fc.Arbitrary<FieldValue>,
): fc.Arbitrary<Comparison[]> {
  const one = operator.chain((operator) => {
    const isList = operator === "in" || operator === "pmatch";
    const values = fc.array(value, { minLength: 1, maxLength: isList ? 4 : 1 });
    return values.map((values): Comparison => [operator, values]);
  });
  return fc.array(one, { maxLength: 20 });
}

/** Values of one class that some comparison tells apart. */
function confused(
  type: "string" | "number" | "time",
  all: readonly Comparison[],
  values: readonly FieldValue[],
): readonly unknown[] {
  const classes = createValueClasses(type);
  const tests = all.map(([operator, constants]) => {
    const test = constantTest(type, operator, constants);
    expect(classes.distinguish(operator, constants, test)).toBe(true);
    return test;
  });
  const outcomes = new Map<number, string>();
  return values.flatMap((value) => {
    const found = classes.classOf(value);
    const outcome = JSON.stringify(tests.map((test) => test(value)));
    const known = outcomes.get(found);
    outcomes.set(found, outcome);
    return found > 0 && (known === undefined || known === outcome) ? [] : [{ value, found, known, outcome }];
  });
}

describe("values of one class", () => {
  test("are the same to all comparisons: texts", () => {
    fc.assert(
      fc.property(comparisons(textOperator, text), fc.array(text, { maxLength: 60 }), (all, values) => {
        // Once more, as they are remembered.
        expect(confused("string", all, [...values, ...values])).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test("are the same to all comparisons: numbers", () => {
    const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }));
    fc.assert(
      fc.property(comparisons(numberOperator, number), fc.array(number), (all, values) => {
        expect(confused("number", all, values)).toEqual([]);
      }),
      { numRuns: 500 },
    );
    const big = fc.bigInt({ min: -3n, max: 3n });
    fc.assert(
      fc.property(comparisons(numberOperator, big), fc.array(big), (all, values) => {
        expect(confused("time", all, values)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("classes", () => {
  test("are few where comparisons are many", () => {
    const classes = createValueClasses("string");
    for (let i = 0; i < 1_000; i++) {
      for (const [operator, value] of [
        ["=", `name ${i}`],
        ["startswith", `/dir ${i}/`],
        ["contains", `--${i}=`],
      ] as const)
        classes.distinguish(operator, [value], constantTest("string", operator, [value]));
    }
    const found = new Set(Array.from({ length: 1_000 }, (_, i) => classes.classOf(`/usr/lib/${i}.so`)));
    expect(found.size).toBe(1);
  });

  test("of long texts, of what has no order and of other types are not found", () => {
    const texts = createValueClasses("string");
    expect(texts.distinguish("contains", ["abcd"], () => false)).toBe(true);
    expect(texts.classOf("x".repeat(100_000))).toBe(unanswered);
    const numbers = createValueClasses("number");
    expect(numbers.distinguish("<", [1], () => false)).toBe(true);
    expect(numbers.classOf(Number.NaN)).toBe(unanswered);
    expect(createValueClasses("string").distinguish("regex", ["a"], () => false)).toBe(false);
    expect(createValueClasses("net").distinguish("=", ["10.0.0.0/8"], () => false)).toBe(false);
  });

  test("that came later change none of those before", () => {
    const classes = createValueClasses("string");
    classes.distinguish("=", ["a"], () => false);
    const before = [classes.classOf("a"), classes.classOf("b")];
    classes.distinguish("=", ["b"], () => false);
    expect(new Set([...before, classes.classOf("b")]).size).toBe(3);
  });
});
