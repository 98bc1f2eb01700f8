import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadRules, parse, print } from "../src/index.ts";
import { listOperators, scalarOperators } from "../src/language/ast.ts";
import { ruleYaml } from "./load.ts";
import { makeOpen } from "./tracked-event.ts";

const open = makeOpen();

const fields = [
  "proc.name",
  "proc.aname",
  "proc.aname[2]",
  "proc.env[HOME]",
  "fd.num",
  "fd.name",
  "fd.sip",
  "fd.snet",
  "fd.port",
  "fd.types",
  "evt.type",
  "evt.num",
  "evt.rawtime",
  "evt.buffer",
  "evt.is_open_read",
  "evt.arg.flags",
  "evt.rawarg.fd",
  "evt.nosuch",
];
const values = [
  "cat",
  "''",
  '"a b"',
  "7",
  "-7",
  "0x1f",
  "10.0.0.1",
  "10.0.0.0/8",
  "fe80::1",
  "true",
  "openat",
  "6361",
  "'(a|b)*'",
  "'[a-c]*'",
  "val(proc.pname)",
  "tolower(fd.name)",
];

const field = fc.oneof(
  fc.constantFrom(...fields),
  fc
    .tuple(fc.constantFrom("tolower", "toupper", "b64", "basename", "len"), fc.constantFrom(...fields))
    .map(([name, inner]) => `${name}(${inner})`),
);
const scalar = fc
  .tuple(field, fc.constantFrom(...scalarOperators), fc.constantFrom(...values))
  .map((parts) => parts.join(" "));
const list = fc
  .tuple(field, fc.constantFrom(...listOperators), fc.array(fc.constantFrom(...values), { maxLength: 3 }))
  .map(([left, operator, items]) => `${left} ${operator} (${items.join(", ")})`);
const comparison = fc.oneof(
  scalar,
  list,
  field.map((left) => `${left} exists`),
);
const condition: fc.Arbitrary<string> = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small" },
    comparison,
    fc
      .tuple(tie("condition"), fc.constantFrom("and", "or"), tie("condition"))
      .map(([a, word, b]) => `(${a}) ${word} (${b})`),
    tie("condition").map((inner) => `not (${inner})`),
  ),
})).condition;

/** Whether a rule with the condition matches; `undefined` where it does not load. */
function verdict(text: string): boolean | undefined {
  const loaded = loadRules([{ name: "r.yaml", text: ruleYaml(text) }]);
  if (loaded.ok) return loaded.rules.evaluate(open).length === 1;
  for (const { message, line } of loaded.diagnostics) {
    expect(message).not.toBe("");
    expect(line).toBeGreaterThan(0);
  }
  return undefined;
}

describe("any condition", () => {
  test("loads or is an error with its place, and is then true or false", () => {
    let loading = 0;
    fc.assert(
      fc.property(condition, (text) => {
        if (verdict(text) !== undefined) loading++;
      }),
      { numRuns: 600 },
    );
    expect(loading).toBeGreaterThan(50);
  });

  test("means what it means when it is printed and parsed again", () => {
    fc.assert(
      fc.property(condition, (text) => {
        const parsed = parse(text);
        if (parsed.ok) expect(verdict(print(parsed.condition))).toBe(verdict(text));
      }),
      { numRuns: 300 },
    );
  });

  test("is the opposite of its negation", () => {
    fc.assert(
      fc.property(condition, (text) => {
        const plain = verdict(text);
        expect(verdict(`not (${text})`)).toBe(plain === undefined ? undefined : !plain);
      }),
      { numRuns: 300 },
    );
  });

  test("obeys De Morgan", () => {
    fc.assert(
      fc.property(condition, condition, (a, b) => {
        expect(verdict(`not ((${a}) and (${b}))`)).toBe(verdict(`not (${a}) or not (${b})`));
      }),
      { numRuns: 200 },
    );
  });

  test("of whatever signs, is never thrown about", () => {
    const signs = fc.constantFrom(
      ..."()[]\"'\\=<>!,.%&|*? \n\t\0é🐚".split(""),
      "and ",
      "or ",
      "not(",
      "val(",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(signs, comparison), { maxLength: 12 }), (parts) => {
        verdict(parts.join(""));
      }),
      { numRuns: 500 },
    );
  });
});
