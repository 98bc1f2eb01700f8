import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ruleYaml } from "../../test/load.ts";
import { hasReference, readReference } from "../../test/reference.ts";
import { makeOpen } from "../../test/tracked-event.ts";
import { createFieldRegistry } from "../fields/field-registry.ts";
import { loadRules } from "../loading/load-rules.ts";

/** Why the rules can never match. */
function never(...texts: readonly string[]): readonly string[] {
  const loaded = loadRules(texts.map((text, i) => ({ name: `${i}.yaml`, text })));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.warnings
    .filter(({ code }) => code === "LOAD_NEVER_MATCHES")
    .map(({ message }) => message.replace("the rule can never match: ", ""));
}

describe("a condition that can never match", () => {
  test.each([
    [
      "proc.name = a and proc.name = b",
      '"proc.name = a" and "proc.name = b" exclude each other: take one out',
    ],
    [
      "proc.name = a and not proc.name = a",
      '"proc.name = a" and "not proc.name = a" exclude each other: take one out',
    ],
    [
      "proc.name = a and proc.name != a",
      '"proc.name = a" and "proc.name != a" exclude each other: take one out',
    ],
    [
      "proc.name = a and proc.name in (b, c)",
      '"proc.name = a" and "proc.name in (b, c)" exclude each other: take one out',
    ],
    ["proc.name in (a, b) and not proc.name in (b, a)", /exclude each other/],
    ["proc.name in (a, b) and proc.name != a and proc.name != b", /"proc.name/],
    [
      "proc.name = a and proc.name startswith b",
      '"proc.name = a" and "proc.name startswith b" exclude each other: take one out',
    ],
    ["proc.name = a and not proc.name startswith a", /exclude each other/],
    ["proc.name in (ab, cb) and not proc.name endswith b", /exclude each other/],
    ["proc.name regex 'a+' and not proc.name regex 'a+'", /exclude each other/],
    ["proc.name = b and proc.name regex 'a+'", /exclude each other/],
    ["proc.name = a and not proc.name exists", /exclude each other/],
    ["proc.name in ()", '"proc.name in ()" is never true: fill its list, or take it out'],
    ["fd.num > 5 and fd.num < 3", '"fd.num > 5" and "fd.num < 3" exclude each other: take one out'],
    ["fd.num > 5 and fd.num < 6", /exclude each other/],
    ["fd.num >= 5 and not fd.num >= 5", /exclude each other/],
    ["fd.num >= 5 and not fd.num > 4", /exclude each other/],
    ["fd.num = 7 and fd.num < 7", /exclude each other/],
    ["tolower(proc.name) = a and tolower(proc.name) = b", /exclude each other/],
    ["len(proc.name) = 3 and len(proc.name) > 3", /exclude each other/],
    ["(proc.name = a or proc.name = b) and proc.name = c", /"proc.name = c"/],
    ["not (proc.name != a or proc.name = a) and proc.name exists", /exclude each other/],
    ["(proc.name = a and proc.name = b) or (fd.num > 1 and fd.num < 1)", /exclude each other/],
    ["fd.is_server = true and fd.is_server = false", /exclude each other/],
    ["proc.name = val(proc.pname) and not proc.name = val(proc.pname)", /exclude each other/],
    ["proc.aname = a and not proc.aname = a", /exclude each other/],
  ])("%s", (condition, why) => {
    const told = never(ruleYaml(`evt.type = open and ${condition}`));
    expect(told).toEqual([typeof why === "string" ? why : expect.stringMatching(why)]);
  });

  test("by its types", () => {
    expect(never(ruleYaml("evt.type = open and evt.type = close"))).toEqual([
      '"evt.type = open" and "evt.type = close" exclude each other: take one out',
    ]);
    expect(never(ruleYaml("evt.type in (open, openat) and not evt.type in (openat, open)"))).toHaveLength(1);
    expect(never(ruleYaml("evt.type = open and (evt.type = close or evt.type = dup)"))).toHaveLength(1);
  });

  test("through macros and exceptions", () => {
    const macros = "- macro: a\n  condition: proc.name = a\n- macro: not_a\n  condition: not a\n";
    expect(never(`${macros}${ruleYaml("evt.type = open and a and not_a")}`)).toEqual([
      '"proc.name = a" and "not proc.name = a" exclude each other: take one out',
    ]);
    const exception = "  exceptions: [{name: e, fields: [proc.name], values: [[a]]}]\n";
    expect(never(ruleYaml("evt.type = open and proc.name = a") + exception)).toHaveLength(1);
  });
});

describe("a condition that can match is not told of", () => {
  test.each([
    "not proc.name = a and not proc.name = b",
    "proc.name != a and not proc.name = b",
    "proc.aname = a and proc.aname = b",
    "proc.aname = a and proc.aname != a",
    "fd.ip = 10.0.0.1 and fd.ip = 10.0.0.2",
    "fd.snet = 10.0.0.0/8 and fd.snet = 10.1.0.0/16",
    "fd.num > 5 and fd.num < 7",
    "fd.num >= 5 and fd.num <= 5",
    "not fd.num > 5 and not fd.num < 7",
    "(proc.name = a or fd.num = 1) and proc.name = b",
    "(proc.name = a or proc.name = b) and proc.name = b",
    "proc.name startswith a and proc.name endswith b",
    "proc.name = a and proc.pname = b",
    "proc.name = a and proc.aname[1] = b",
    "tolower(proc.name) = a and proc.name = A",
    "not proc.name in ()",
    "evt.rawarg.fd = 1 and evt.rawarg.fd = 2",
    "proc.name = a and fd.num = 5 or fd.num = 6 and proc.name = b",
    "not proc.name exists and not proc.name = a",
  ])("%s", (condition) => {
    expect(never(ruleYaml(`evt.type = open and (${condition})`))).toEqual([]);
  });

  test("that of a rule which matches never is", () => {
    const fields = createFieldRegistry();
    let number: number | undefined;
    let text: string | undefined;
    fields.register({ name: "x.n", type: "number", description: "", read: () => number });
    fields.register({ name: "x.s", type: "string", description: "", read: () => text });
    const value = fc.constantFrom("0", "1", "2");
    const comparison = fc.oneof(
      fc.tuple(fc.constantFrom("=", "!=", "<", "<=", ">", ">="), value).map(([op, v]) => `x.n ${op} ${v}`),
      fc
        .tuple(fc.constantFrom("=", "!=", "startswith", "contains", "<"), value)
        .map(([op, v]) => `x.s ${op} ${v}`),
      fc
        .tuple(fc.constantFrom("x.n", "x.s"), fc.array(value, { maxLength: 2 }))
        .map(([f, v]) => `${f} in (${v.join(", ")})`),
      fc.constantFrom("x.n exists", "x.s exists"),
    );
    const condition = fc.letrec<{ condition: string }>((tie) => ({
      condition: fc.oneof(
        { depthSize: "small" },
        comparison,
        fc
          .tuple(
            fc.constantFrom(" and ", " and ", " or "),
            fc.array(tie("condition"), { minLength: 2, maxLength: 3 }),
          )
          .map(([sign, parts]) => `(${parts.join(sign)})`),
        tie("condition").map((inner) => `not (${inner})`),
      ),
    })).condition;
    let contradicted = 0;
    fc.assert(
      fc.property(condition, (made) => {
        const yaml = ruleYaml(`evt.type = openat and ${made}`);
        const loaded = loadRules([{ name: "x", text: yaml }], { fields });
        if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
        if (!loaded.warnings.some(({ code }) => code === "LOAD_NEVER_MATCHES")) return;
        contradicted++;
        for (const n of [undefined, -1, 0, 1, 2, 3]) {
          for (const s of [undefined, "", "0", "1", "12", "2", "3"]) {
            number = n;
            text = s;
            expect(loaded.rules.evaluate(makeOpen())).toEqual([]);
          }
        }
      }),
      { numRuns: 1_500 },
    );
    expect(contradicted).toBeGreaterThan(50);
  });

  test.runIf(hasReference("Falco's public rules"))(
    "of the public rules two are, until somebody fills in what they leave open",
    () => {
      const names = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"];
      expect(never(...names.map((name) => readReference(`rules/${name}`)))).toEqual([
        '"k8s.ns.name in ()" is never true: fill its list, or take it out',
        '"container.id != host" and "not container.id exists" exclude each other: take one out',
      ]);
    },
  );
});

test("a condition of a megabyte takes no time without end", () => {
  const many = (make: (i: number) => string): string =>
    Array.from({ length: 20_000 }, (_, i) => make(i)).join("");
  const start = performance.now();
  expect(
    never(ruleYaml(`evt.type = open and proc.name = b ${many((i) => `and proc.name != a${i} `)}`)),
  ).toEqual([]);
  expect(never(ruleYaml(`evt.type = open and (${many((i) => `proc.name = a${i} or `)}fd.num = 1)`))).toEqual(
    [],
  );
  expect(performance.now() - start).toBeLessThan(10_000);
});
