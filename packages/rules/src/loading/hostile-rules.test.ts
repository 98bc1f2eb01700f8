import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ruleYaml } from "../../test/load.ts";
import { makeEvent, makeOpen } from "../../test/tracked-event.ts";
import { coverageOf } from "../coverage/coverage-of.ts";
import { eventTypeNames } from "../fields/event-table.ts";
import { type LoadOptions, type LoadResult, loadRules } from "./load-rules.ts";

/** Of CPU: far more than it takes, so that a slow machine fails no test, and far less than what is not bounded would. */
const limitMs = 8_000;

/** CPU that this process has used, in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Loads, and sees to it that it took no time without end. */
function load(text: string, options: LoadOptions = {}): LoadResult {
  const start = cpuMs();
  const loaded = loadRules([{ name: "a.yaml", text }], options);
  expect(cpuMs() - start).toBeLessThan(limitMs);
  return loaded;
}

/** The first error, without its place. */
function errorOf(text: string): string {
  const loaded = load(text);
  const first = loaded.ok ? undefined : loaded.diagnostics.find(({ severity }) => severity === "error");
  return first === undefined ? "ok" : `${first.code}: ${first.message}`;
}

const times = (count: number, make: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join("");

const rule = (condition: string, more = "", name = "r"): string =>
  `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: x\n  priority: INFO\n${more}`;

const excepted = (exceptions: string): string => rule("evt.type = open", `  exceptions: [${exceptions}]\n`);

describe("YAML that asks for too much is refused", () => {
  const tooMany = /LOAD_ERR_YAML_PARSE: more than 640000 words and signs/;
  const tooDeep = /LOAD_ERR_YAML_PARSE: nested too deeply/;

  test.each([
    ["brackets without end", "[".repeat(8_000_000), tooDeep],
    ["braces without end", "{".repeat(1_000_000), tooDeep],
    ["sequences in sequences", "- ".repeat(1_000_000), tooDeep],
    ["keys in keys", "? ".repeat(1_000_000), tooDeep],
    ["indentation without end", times(3_000, (i) => `${" ".repeat(i)}a:\n`), tooDeep],
    ["line ends", "\n".repeat(4_000_000), tooMany],
    ["comments", "# c\n".repeat(1_000_000), tooMany],
    ["items", "- a\n".repeat(1_000_000), tooMany],
    ["documents", "---\n".repeat(500_000), /more than 1000 documents/],
    ["anchors", "&a ".repeat(500_000), /more than 20000 tags and anchors/],
    ["tags", "!a ".repeat(500_000), /more than 20000 tags and anchors/],
    ["mistakes", "\t- @\n".repeat(300_000), /LOAD_ERR_YAML_PARSE/],
    ["colons", ": ".repeat(500_000), /LOAD_ERR_YAML_PARSE/],
    ["a string that does not end", `- "${"a\n".repeat(2_000_000)}`, /LOAD_ERR_YAML_PARSE/],
    ["wrong escapes", `- "${"\\x".repeat(3_000_000)}"`, /more than 100 wrong escapes in a string/],
    ["commas", `- [${",".repeat(600_000)}]`, /LOAD_ERR_YAML_PARSE/],
    ["too long a text", " ".repeat(9_000_000), /more than 8388608 characters/],
    ["100,000 rules", times(100_000, (i) => rule("evt.type = open", "", `r${i}`)), tooMany],
  ])("%s", (_, text, message) => {
    expect(errorOf(text)).toMatch(message);
  });

  test("aliases that multiply", () => {
    const levels = times(25, (i) => `- &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]\n`);
    const bomb = `- &a0 [x, y]\n${levels}`;
    const message = /^LOAD_ERR_YAML_PARSE: more than 1000000 values, aliases written out/;
    expect(errorOf(`${bomb}- list: l\n  items: *a25\n`)).toMatch(message);
    expect(errorOf(`${bomb}${excepted("{name: e, fields: [proc.name], values: *a25}")}`)).toMatch(message);
    const long = `- list: l\n  items: &a [${times(2_000, (i) => `x${i}, `)}z]\n`;
    expect(errorOf(long + times(1_000, (i) => `- list: l${i}\n  items: *a\n`))).toMatch(message);
  });

  test("aliases of themselves", () => {
    expect(errorOf("- &a\n  list: l\n  items: *a\n")).toMatch(/must be a sequence/);
    expect(errorOf("- list: l\n  items: &a [x, *a]\n")).toMatch(/every item of "items" must be a string/);
    expect(errorOf(excepted("{name: e, fields: [proc.name], values: &a [[b], *a]}"))).toMatch(/LOAD_ERR/);
  });

  test("escapes may be as many as they like, if they are right", () => {
    const escapes = String.raw`\\\"\x41\u00e9\U0001f41a\n`.repeat(200);
    expect(errorOf(`- list: l\n  items: ["${escapes}"]\n`)).toBe("ok");
    expect(Error.stackTraceLimit).toBeGreaterThan(0);
  });

  test("what is allowed can be set", () => {
    const text = ruleYaml("evt.type = open");
    expect(load(text, { maxSourceTokens: 10 }).ok).toBe(false);
    expect(load(text, { maxSourceLength: 10 }).ok).toBe(false);
    expect(load(text, { maxSourceTokens: 100, maxSourceLength: 200 }).ok).toBe(true);
  });
});

describe("rules that ask for too much are refused", () => {
  test.each([
    [
      "macros in a circle",
      times(2_000, (i) => `- macro: m${i}\n  condition: proc.name = x\n`) +
        times(2_000, (i) => `- macro: m${i}\n  condition: m${(i + 1) % 2_000}\n`),
      /macros use each other in a circle|macros nested more than 100 levels deep/,
    ],
    [
      "macros that all use each other",
      times(300, (i) => `- macro: m${i}\n  condition: proc.name = x\n`) +
        times(300, (i) => `- macro: m${i}\n  condition: ${times(300, (k) => `m${k} or `)}m0\n`),
      /macros use each other in a circle/,
    ],
    [
      "lists that multiply",
      `- list: l0\n  items: [${"a, ".repeat(100)}b]\n` +
        times(20, (i) => `- list: l${i + 1}\n  items: [${`l${i}, `.repeat(20)}x]\n`) +
        rule("evt.type = open and proc.name in (l20)"),
      /the lists make the conditions too long/,
    ],
    [
      "a list in every rule",
      `- list: l\n  items: [${times(10_000, (i) => `item${i}, `)}z]\n` +
        times(1_000, (i) => rule(`evt.type = open and proc.name in (l, y${i})`, "", `r${i}`)),
      /the lists make the conditions too long/,
    ],
    [
      "a condition in every rule",
      rule(`&c evt.type = open and proc.name in (${times(20_000, (i) => `a${i}, `)}z)`) +
        times(1_000, (i) => rule("*c", "", `s${i}`)),
      /the lists make the conditions too long/,
    ],
    [
      "a wide regular expression",
      rule(`'evt.type = open and proc.name regex "${"a{1000}".repeat(30)}"'`),
      /the regular expression is too large/,
    ],
    [
      "regular expressions without end",
      times(3_000, (i) => rule(`'evt.type = open and proc.name regex "${i}a{900}"'`, "", `r${i}`)),
      /all regular expressions together are too large/,
    ],
    [
      "10,000 unknown fields",
      rule(`>\n    evt.type = open and (${times(10_000, (i) => `proc.nam${i} = x\n    or `)}proc.name = a)`),
      /there is no field "proc.nam0"/,
    ],
    [
      "10,000 unknown fields in a macro of 5,000 rules",
      `- macro: m\n  condition: ${times(10_000, (i) => `proc.nam${i} = x or `)}proc.name = a\n` +
        times(5_000, (i) => rule("evt.type = open and m", "", `r${i}`)),
      /there is no field "proc.nam0"/,
    ],
    [
      "20,000 values that do not fit",
      excepted(`{name: e, fields: [fd.num], values: [${times(20_000, (i) => `[a${i}], `)}[z]]}`),
      /"a0" is no integer/,
    ],
    [
      "macros behind those that use them, each deep",
      times(100, (i) => `- macro: m${i}\n  condition: proc.name = x\n`) +
        times(100, (i) => {
          const inner = i < 99 ? `m${i + 1}` : "proc.name = a";
          return `- macro: m${i}\n  condition: ${"not (".repeat(900)}${inner}${")".repeat(900)}\n`;
        }),
      /nested \d+ levels deep, macros included: 1000 is the most/,
    ],
    [
      "a macro of 10,000 fields in 5,000 rules",
      `- macro: m\n  condition: ${times(10_000, (i) => `proc.env[v${i}] exists or `)}proc.name = a\n` +
        times(5_000, (i) => rule(`evt.type = open and m and fd.num = ${i}`, "", `r${i}`)),
      /the macros use too many fields/,
    ],
    [
      "comparisons without end",
      rule(`evt.type = open and (${times(400_000, (i) => `fd.num=${i} or `)}fd.num = 7)`),
      /all conditions together have too many comparisons/,
    ],
    ["a name without end", rule(`evt.type = open and ${"a".repeat(1_000_000)}`), /there is no macro/],
    ["a field without end", rule(`evt.type = open and ${"a.".repeat(500_000)}b = 1`), /there is no field/],
    ["a megabyte of parentheses", rule("(".repeat(1_000_000)), /nested more than/],
    ["a megabyte of quotes", rule(`|\n    evt.type = open and ${'"a '.repeat(300_000)}`), /expected/],
    [
      "a megabyte without its last parenthesis",
      rule(`evt.type = open and (${times(40_000, (i) => `proc.name = v${i} or `)}proc.name = a`),
      /expected "\)", got the end: it closes the "\(" at column 34/,
    ],
  ])("%s", (_, text, message) => {
    expect(errorOf(text)).toMatch(message);
  });
});

describe("rules that are only large are loaded", () => {
  test.each([
    [
      "100,000 items",
      `- list: l\n  items: [${times(100_000, (i) => `i${i}, `)}z]\n${rule("evt.type = open and proc.name in (l)")}`,
    ],
    ["100,000 tags", rule("evt.type = open", `  tags: [${times(100_000, (i) => `t${i}, `)}z]\n`)],
    [
      "a megabyte of values",
      rule(`evt.type = open and proc.name in (${times(100_000, (i) => `value${i}, `)}x)`),
    ],
    [
      "a megabyte of comparisons",
      rule(`evt.type = open and (${times(40_000, (i) => `proc.name = v${i} or `)}proc.name = a)`),
    ],
    [
      "10,000 exceptions",
      rule(
        "evt.type = open",
        `  exceptions:\n${times(10_000, (i) => `    - {name: e${i}, fields: [proc.name], values: [[a${i}]]}\n`)}`,
      ),
    ],
    [
      "20,000 rows",
      rule(
        "evt.type = open",
        `  exceptions:\n    - name: e\n      fields: [proc.name, fd.name]\n      values:\n${times(20_000, (i) => `        - [a${i}, /b${i}]\n`)}`,
      ),
    ],
    [
      "10,000 changes of a rule",
      rule("evt.type = open") +
        times(10_000, (i) => `- rule: r\n  tags: [t${i}]\n  override: {tags: append}\n`),
    ],
    [
      "macros that double",
      `- macro: m0\n  condition: proc.name = a\n${times(40, (i) => `- macro: m${i + 1}\n  condition: m${i} and not m${i}\n`)}${rule("evt.type = open and m40")}`,
    ],
    [
      "a macro of 1,000 in 1,000 rules",
      `${times(1_000, (i) => `- macro: m${i}\n  condition: proc.name = x${i}\n`)}- macro: all\n  condition: ${times(1_000, (i) => `m${i} or `)}m0\n${times(1_000, (i) => rule(`evt.type = open and all and fd.num = ${i}`, "", `r${i}`))}`,
    ],
    ["a name of a megabyte", rule("evt.type = open", "", "r".repeat(1_000_000))],
  ])("%s", (_, text) => {
    expect(errorOf(text)).toBe("ok");
  });
});

describe("what is asked of large rules ends, too", () => {
  const types = [...eventTypeNames];
  const typed = (i: number): string => types[i % types.length] ?? "";

  test.each([
    [
      "system calls that there are not",
      rule(`syscall.type = open${times(50_000, (i) => ` or syscall.type = x${i}`)}`),
    ],
    [
      "types that stand again and again",
      rule(`evt.type = open${times(100_000, (i) => ` or evt.type = ${typed(i)}`)}`),
    ],
    [
      "comparisons with every type",
      rule(
        `${times(2_000, (i) => `(evt.type != ${typed(i)} or fd.num = ${i}) and `)}${times(100_000, (i) => `fd.num != ${i} and `)}fd.num exists`,
      ),
    ],
    [
      "values that many patterns are held against",
      `- macro: m\n  condition: proc.name in (${times(99, (i) => `${"a".repeat(240)}${i}, `)}b)\n` +
        `- macro: g\n  condition: ${times(38, (i) => `not proc.name glob *${"a".repeat(200)}${i}z and `)}proc.name exists\n` +
        times(8_000, (i) => rule(`evt.type = open and g and m and fd.num = ${i}`, "", `r${i}`)),
    ],
    [
      "facts that stand in every part",
      `- macro: m\n  condition: ${times(290, (i) => `not proc.env[v${i}] = a and `)}proc.name = z\n` +
        rule(`evt.type = open and (${times(20_000, (i) => `(m and fd.num = ${i}) or `)}m)`),
    ],
  ])(
    "%s",
    (_, text) => {
      const loaded = load(text);
      if (!loaded.ok) throw new Error(loaded.diagnostics[0]?.message);
      const { rules } = loaded;
      const start = cpuMs();
      for (const each of [rules, rules.select([{ enable: { rule: "*" } }]).rules]) {
        for (const type of types) each.evaluate(makeEvent(type as "fork", { res: 0 }));
      }
      expect(coverageOf(rules)).toHaveLength(rules.rules.length);
      expect(rules.explain(rules.rules[0]?.name ?? "", makeOpen()).judged).toBe(true);
      expect(cpuMs() - start).toBeLessThan(2 * limitMs);
    },
    60_000,
  );
});

describe("text that is no rules file", () => {
  const noise = (length: number): Uint8Array => {
    let state = 1;
    return Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 16;
    });
  };

  test.each([
    ["bytes", new TextDecoder("latin1").decode(noise(1_000_000))],
    ["bytes as UTF-8", new TextDecoder().decode(noise(1_000_000))],
    [
      "UTF-16",
      new TextDecoder("latin1").decode(
        new Uint8Array(new Uint16Array([...ruleYaml("evt.type = open")].map((c) => c.charCodeAt(0))).buffer),
      ),
    ],
    ["NULs", "\0".repeat(4_000_000)],
    ["halves of characters", "\ud800".repeat(1_000_000)],
  ])("%s", (_, text) => {
    expect(errorOf(text)).toMatch(/LOAD_ERR_YAML/);
  });

  test.each([
    ["a byte order mark", `\ufeff${ruleYaml("evt.type = open")}`],
    ["line ends of Windows", ruleYaml("evt.type = open").replaceAll("\n", "\r\n")],
    ["a directive", `%YAML 1.1\n---\n${ruleYaml("evt.type = open")}`],
    ["a merge key", `${ruleYaml("evt.type = open")}  <<: {enabled: false}\n`],
    ["a key that stands twice", `${ruleYaml("evt.type = open")}  priority: LOUD\n`],
    ["keys that are no words", `${ruleYaml("evt.type = open")}  1: 2\n  null: 3\n  true: 4\n`],
  ])("but a rules file with %s is one", (_, text) => {
    const loaded = load(text);
    expect(loaded.ok && loaded.rules.rules.map(({ name, enabled }) => `${name} ${enabled}`)).toEqual([
      "r true",
    ]);
  });
});

test("names that JavaScript has given a meaning mean nothing here", () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"]) {
    expect(errorOf(rule(`evt.type = open and ${name}`))).toMatch(/there is no macro|expected/);
    expect(errorOf(rule(`evt.type = open and a.${name} = 1`))).toMatch(/there is no field|expected/);
    expect(errorOf(rule(`evt.type = open and proc.name in (${name})`))).toBe("ok");
    expect(errorOf(rule(`evt.type = ${name}`))).toMatch(/there is no event type/);
    expect(errorOf(rule("evt.type = open").replace("output: x", `output: "%${name}.x"`))).toMatch(
      /LOAD_ERR_COMPILE_OUTPUT/,
    );
    expect(errorOf(rule("evt.type = open", `  ${name}: 1\n  tags: [${name}]\n`, name))).toBe("ok");
    expect(errorOf(excepted(`{name: ${name}, ${name}: 1, fields: [${name}], values: []}`))).toMatch(
      /no field/,
    );
    expect(errorOf(`- rule: ${name}\n  ${name}: 1\n  override: {${name}: append}\n`)).toMatch(
      /cannot be appended/,
    );
    expect(errorOf(`- list: ${name}\n  items: [a]\n- macro: m\n  condition: proc.name in (${name})\n`)).toBe(
      "ok",
    );
    expect(errorOf(`- ${name}: 1\n`)).toBe("ok");
  }
});

describe("a valid file that was changed", () => {
  const whole = `- required_engine_version: 0.31.0
- list: shells
  items: [bash, 'a b', zsh]
- macro: opened
  condition: >
    evt.type in (open, openat)
    and not proc.name in (shells)
- rule: Read
  desc: "a \\"desc\\""
  condition: opened and fd.name startswith /etc and (user.uid >= 5 or proc.args regex 'a+')
  output: read %fd.name by %proc.name
  priority: WARNING
  tags: [x, y]
  exceptions:
    - {name: e, fields: [proc.name, fd.name], comps: [in, =], values: [[[a, b], c]]}
- rule: Read
  condition: and evt.dir = <
  override: {condition: append}
`;
  const pieces = whole.split(/(?<=\s|[[\](){}:,"'])/);
  const fragment = fc.oneof(
    fc.constantFrom(
      ...pieces,
      "- ",
      "\n  ",
      ": ",
      "[",
      "]",
      "|\n",
      "*a ",
      "&a ",
      "!t ",
      "(",
      "\\",
      "\u0000",
      "%",
      "{",
    ),
    fc.string({ unit: "binary", maxLength: 4 }),
  );
  const edit = fc.tuple(fc.nat(whole.length), fc.nat(12), fragment);

  test("is loaded, or says why not, at a place that is there", () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 8 }), (edits) => {
        let text = whole;
        for (const [at, length, inserted] of edits)
          text = text.slice(0, at) + inserted + text.slice(at + length);
        const loaded = loadRules([{ name: "x", text }]);
        const all = loaded.ok ? loaded.warnings : loaded.diagnostics;
        const lines = text.split("\n");
        for (const { line, column, message, snippet } of all) {
          expect(message).not.toBe("");
          expect(snippet.split("\n")).toHaveLength(2);
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeGreaterThan(0);
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
        }
        expect(loaded.ok || all.some(({ severity }) => severity === "error")).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});
