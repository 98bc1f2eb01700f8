import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Condition, listOperators, type Operand, scalarOperators, transformers } from "./ast.ts";
import { parse } from "./parse.ts";
import { print } from "./print.ts";

function parsed(text: string): Condition {
  const result = parse(text);
  if (!result.ok) throw new Error(`${result.problem.message} at ${result.problem.offset}`);
  return result.condition;
}

function problem(text: string): string {
  const result = parse(text);
  return result.ok ? "parses" : `${result.problem.offset}: ${result.problem.message}`;
}

const places: ReadonlySet<string> = new Set(["start", "end", "operatorSpan"]);

/** A condition without its places. */
function shape(condition: unknown): unknown {
  return JSON.parse(JSON.stringify(condition, (key, value) => (places.has(key) ? undefined : value)));
}

describe("parse", () => {
  test("tells a comparison's parts and where they stand", () => {
    expect(parsed("proc.name = bash")).toEqual({
      kind: "compare",
      left: { kind: "field", name: "proc.name", argument: undefined, start: 0, end: 9 },
      operator: "=",
      operatorSpan: { start: 10, end: 11 },
      right: { kind: "literal", text: "bash", start: 12, end: 16 },
      start: 0,
      end: 16,
    });
  });

  test.each([
    ["a.b == c", "a.b = c"],
    ["a.b=c", "a.b = c"],
    ["a.b in(c,d)", "a.b in (c, d)"],
    ["a.b in ()", "a.b in ()"],
    ["a.b in name", "a.b in name"],
    ["a.b exists", "a.b exists"],
    ["a.b >= 0x1F", "a.b >= 0x1F"],
    ["a.b < -1", "a.b < -1"],
    ["a.b[c] = d", "a.b[c] = d"],
    ["a.b['c d'] = e", 'a.b["c d"] = e'],
    ["a.b = 'it is'", 'a.b = "it is"'],
    ["a.b = ''", 'a.b = ""'],
    ['a.b = "\\"q\\""', 'a.b = "\\"q\\""'],
    ["a.b = val(c.d)", "a.b = val(c.d)"],
    ["a.b contains toupper(c.d)", "a.b contains toupper(c.d)"],
    ["tolower( basename(a.b) ) = c", "tolower(basename(a.b)) = c"],
    ["not a.b = c", "not a.b = c"],
    ["not not a.b = c", "a.b = c"],
    ["not(a.b = c or m)", "not (a.b = c or m)"],
    ["m and(n)", "m and n"],
    ["(m or n) and o", "(m or n) and o"],
    ["m or n and o", "m or n and o"],
    ["\tm\n and\r\n  n ", "m and n"],
    ["a.b = and", "a.b = and"],
    ["a.b intersects (c)", "a.b intersects (c)"],
  ])("reads %s", (text, printed) => {
    expect(print(parsed(text))).toBe(printed);
  });

  test.each([
    ["", "0: the condition is empty: write one, such as evt.type = open"],
    [" \n", "0: the condition is empty: write one, such as evt.type = open"],
    ["(", '1: expected "(", a field or a macro, got the end: write a comparison such as proc.name = cat'],
    ["m and !n", '6: expected "(", a field or a macro, got "!n": write "not"'],
    ["m and", '5: expected a blank or "(" after "and"'],
    ["m and ", '6: expected "(", a field or a macro, got the end: write one behind "and", or take that out'],
    ["m)", '1: expected "and", "or" or the end, got ")": no "(" is open, take it out'],
    ["m && n", '2: expected "and", "or" or the end, got "&&": write "and"'],
    ["(m OR n)", '3: expected "and", "or" or ")", got "OR": write "or"'],
    ["m Order", '2: expected "and", "or" or the end, got "Order"'],
    [
      "name = x",
      '5: expected "and", "or" or the end, got "=": "name" is a macro, the name of a field has a dot',
    ],
    ["a.b not in (c)", '4: expected an operator after a.b, got "not": write "not" before the field'],
    ["a.b contain c", '4: expected an operator after a.b, got "contain": did you mean "contains"?'],
    ["a.b in (c", '9: expected ")" after a list, got the end'],
    [
      "a.b in c.d e",
      '8: expected "and", "or" or the end, got ".d": put a value with blanks or signs in quotes',
    ],
    [
      "a.b = (c)",
      '6: expected a value, got "(": for a list use "in", and put a value with parentheses in quotes',
    ],
    ["(m", '2: expected ")", got the end'],
    [
      "a.b",
      "3: expected an operator after a.b, got the end: use one of <=, <, >=, >, =, !=, glob, iglob, contains, icontains, bcontains, startswith, bstartswith, endswith, regex, intersects, in, pmatch, exists",
    ],
    ["a.b =", '5: expected a value, got the end: write one, or "" for an empty string'],
    ["a.b = c d", '8: expected "and", "or" or the end, got "d": put a value with blanks or signs in quotes'],
    ["a.b < c", '6: expected a number, got "c": "<" takes one such as 10, without quotes'],
    [
      "a.b in (c d)",
      '10: expected "," or ")" in a list, got "d": put a value with blanks or signs in quotes',
    ],
    ["a.b in (c,)", '10: expected a value, got ")": write one behind the comma, or take that out'],
    ["a.b[] = c", '4: expected an argument after "a.b[": write a number or a name'],
    ["m andn", '5: expected a blank or "(" after "and"'],
    ["a.b glob(c)", '8: expected a blank after "glob"'],
    [
      'a.b = "x\\q"',
      '8: unknown escape \\q in a string: write \\\\ for a backslash, or one of \\b \\f \\n \\r \\t \\/ \\"',
    ],
    ['a.b = "x', '6: expected a value, got ""x": the string that begins here has no " at its end'],
    ["tolower(a.b = c", '12: expected ")" to close tolower(, got "="'],
  ])("says what is wrong with %j", (text, message) => {
    expect(problem(text)).toBe(message);
  });

  test("says where a parenthesis opens that nothing closes", () => {
    expect(parse("m and (n or (o)")).toMatchObject({ problem: { opening: 6 } });
    expect(parse("a.b in (c")).toMatchObject({ problem: { opening: 7 } });
    expect(parse("m and (n o)")).toEqual({
      ok: false,
      problem: { message: 'expected "and", "or" or ")", got "o"', offset: 9 },
    });
  });

  test("a quote behind a backslash never ends a string, as in Falco", () => {
    expect(problem('a.b = "x\\\\"')).toMatch(/^6: expected a value/);
  });

  test("a depth without end is an error, and no crash", () => {
    expect(problem("(".repeat(100_000))).toBe(
      "1001: nested more than 1000 levels deep: move parts of the condition to macros",
    );
    expect(problem(`${"tolower(".repeat(100_000)}a.b`)).toMatch(/more than 1000 functions in one another/);
    expect(parse(`${"not ".repeat(100_000)}m`).ok).toBe(true);
  });

  test("a megabyte of condition takes no more than a moment", () => {
    const long = Array.from({ length: 40_000 }, (_, i) => `proc.name = value${i}`).join(" or ");
    const start = performance.now();
    expect(parse(long).ok).toBe(true);
    expect(parse(`proc.name in (${"x,".repeat(500_000)}x)`).ok).toBe(true);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

const name = fc.stringMatching(/^[a-z]{1,6}$/);
const fieldName = fc.tuple(name, name).map(([a, b]) => `${a}.${b}x`);
const at = { start: 0, end: 0 };
const operand: fc.Arbitrary<Operand> = fc.letrec<{ operand: Operand }>((tie) => ({
  operand: fc.oneof(
    { depthSize: "small" },
    fc.record({
      kind: fc.constant("field" as const),
      name: fieldName,
      argument: fc.option(fc.oneof(name, fc.constant("a b")), { nil: undefined }),
      start: fc.constant(0),
      end: fc.constant(0),
    }),
    fc.record({
      kind: fc.constant("transformed" as const),
      transformer: fc.constantFrom(...transformers),
      operand: tie("operand"),
      start: fc.constant(0),
      end: fc.constant(0),
    }),
  ),
})).operand;

// Strings that no quoting can express are left out: a backslash or a control character that has no escape is none.
const value = fc.oneof(
  name,
  fc.string({ maxLength: 8 }).filter((text) => !/[\p{Cc}\\]/u.test(text)),
);
const literal = value.map((text) => ({ kind: "literal" as const, text, ...at }));
const numeric = new Set(["<", "<=", ">", ">="]);

const comparison: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constant("compare" as const),
    left: operand,
    operator: fc.constantFrom(...scalarOperators.filter((operator) => !numeric.has(operator))),
    operatorSpan: fc.constant(at),
    right: literal,
    ...{ start: fc.constant(0), end: fc.constant(0) },
  }),
  fc.record({
    kind: fc.constant("compare" as const),
    left: operand,
    operator: fc.constantFrom(...listOperators),
    operatorSpan: fc.constant(at),
    right: fc.array(literal, { maxLength: 4 }).map((items) => ({ kind: "list" as const, items, ...at })),
    ...{ start: fc.constant(0), end: fc.constant(0) },
  }),
  fc.record({
    kind: fc.constant("exists" as const),
    left: operand,
    start: fc.constant(0),
    end: fc.constant(0),
  }),
  fc.record({
    kind: fc.constant("macro" as const),
    name: name.map((word) => `m_${word}`),
    start: fc.constant(0),
    end: fc.constant(0),
  }),
);

const condition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    comparison,
    fc
      .tuple(
        fc.constantFrom("and" as const, "or" as const),
        fc.array(tie("condition"), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, operands]) => ({ kind, operands, ...at })),
    tie("condition")
      // Two negations in a row parse to none.
      .filter(({ kind }) => kind !== "not")
      .map((inner) => ({ kind: "not" as const, operand: inner, ...at })),
  ),
})).condition;

describe("properties", () => {
  test("what is printed parses back to the same condition", () => {
    fc.assert(
      fc.property(condition, (made) => {
        expect(shape(parsed(print(made)))).toEqual(shape(made));
      }),
    );
  });

  test("no text makes the parser throw", () => {
    const words = [
      "(",
      ")",
      "a.b",
      "=",
      "in",
      "and ",
      "or ",
      "not ",
      '"',
      "\\",
      "[",
      "]",
      ",",
      "tolower(",
      "val(",
      "5",
    ];
    const soup = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(soup, (parts) => void parse(parts.join(""))),
      { numRuns: 500 },
    );
  });
});
