import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { errorsOf, mustLoad, problemsOf, ruleYaml } from "../../test/load.ts";
import { makeRawCall } from "../../test/raw-call.ts";
import { makeOpen } from "../../test/tracked-event.ts";
import { loadRules } from "./load-rules.ts";

function matches(...texts: readonly string[]): boolean {
  const loaded = loadRules(texts.map((text, i) => ({ name: `${i}.yaml`, text })));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.rules.evaluate(makeOpen()).length > 0;
}

const rule = (condition: string, more = ""): string => `
- rule: r
  desc: d
  condition: ${condition}
  output: x %proc.name
  priority: WARNING
${more}`;

describe("lists", () => {
  test("stand for their items, wherever they are defined", () => {
    expect(
      matches(rule("evt.type=openat and proc.name in (dog, names)"), "- list: names\n  items: [cat, 'a b']"),
    ).toBe(true);
    expect(matches(`- list: one\n  items: [cat]${rule("evt.type=openat and proc.name = one")}`)).toBe(true);
    expect(matches(`- list: one\n  items: [cat]${rule("evt.type=openat and proc.name in one")}`)).toBe(true);
  });

  test("can name earlier lists, to any depth", () => {
    const lists = "- list: a\n  items: [cat]\n- list: b\n  items: [x, a]\n- list: c\n  items: [b, y]\n";
    expect(matches(`${lists}${rule("evt.type=openat and proc.name in (c)")}`)).toBe(true);
    const later = "- list: b\n  items: [x, a]\n- list: a\n  items: [cat]\n";
    expect(matches(`${later}${rule("evt.type=openat and proc.name in (b)")}`)).toBe(false);
  });

  test("may be empty, alone or among others", () => {
    const empty = "- list: none\n  items: []\n";
    expect(matches(`${empty}${rule("evt.type=openat and proc.name in (none)")}`)).toBe(false);
    expect(matches(`${empty}${rule("evt.type=openat and proc.name in (none, cat)")}`)).toBe(true);
    expect(matches(`${empty}${rule("evt.type=openat and proc.name in (cat, none)")}`)).toBe(true);
    expect(matches(`${empty}${rule("evt.type=openat and proc.name in (dog, none, cat)")}`)).toBe(true);
  });

  test("are not looked for inside quotes", () => {
    expect(
      matches(
        `- list: cat\n  items: [dog]${rule("'evt.type=openat and proc.cmdline = \"cat /etc/shadow\"'")}`,
      ),
    ).toBe(true);
  });

  test("a list that would fill the memory is an error", () => {
    const items = Array.from(
      { length: 20 },
      (_, i) => `- list: l${i + 1}\n  items: [${`l${i}, `.repeat(20)}x]\n`,
    );
    const bomb = `- list: l0\n  items: [${"a, ".repeat(100)}b]\n${items.join("")}${rule("evt.type=openat and proc.name in (l20)")}`;
    const start = performance.now();
    expect(errorsOf(bomb).join()).toMatch(/the lists make the conditions too long/);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe("macros", () => {
  test("stand for their conditions, those before them in themselves", () => {
    const macros =
      "- macro: m\n  condition: proc.name = dog or proc.name = cat\n- macro: n\n  condition: (m)\n";
    expect(matches(`${macros}${rule("evt.type=openat and n")}`)).toBe(true);
    expect(matches(rule("evt.type=openat and m"), "- macro: m\n  condition: proc.name=cat")).toBe(true);
  });

  test("keep their own meaning whatever stands around them", () => {
    const macro = "- macro: m\n  condition: proc.name = cat or proc.name = dog\n";
    expect(matches(`${macro}${rule("evt.type=close and m")}`)).toBe(false);
  });

  test("in a circle are an error that names the circle", () => {
    const text =
      "- macro: a\n  condition: proc.name=x\n- macro: b\n  condition: a\n- macro: a\n  condition: b\n";
    expect(errorsOf(text + rule("evt.type=openat and a"))).toEqual([
      '0.yaml:4:14: error LOAD_ERR_VALIDATE: macros use each other in a circle: a > b > a: take one out of another (in macro "b")',
    ]);
  });

  test("that double with each other take no exponential time", () => {
    const macros = Array.from(
      { length: 60 },
      (_, i) => `- macro: m${i + 1}\n  condition: m${i} or m${i}\n`,
    ).join("");
    const start = performance.now();
    expect(
      matches(`- macro: m0\n  condition: proc.name=cat\n${macros}${rule("evt.type=openat and m60")}`),
    ).toBe(true);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test("that are wrong and double with each other are told of once", () => {
    const macros = Array.from(
      { length: 60 },
      (_, i) => `- macro: m${i + 1}\n  condition: m${i} or m${i}\n`,
    ).join("");
    const text = `- macro: m0\n  condition: proc.nosuch=cat\n${macros}${rule("evt.type=openat and m60")}`;
    expect(errorsOf(text)).toHaveLength(1);
  });

  test("nested without end are an error, and no crash", () => {
    const macros = Array.from(
      { length: 20_000 },
      (_, i) => `- macro: m${i + 1}\n  condition: not (m${i})\n`,
    ).join("");
    const text = `- macro: m0\n  condition: proc.name=cat\n${macros}${rule("evt.type=openat and m20000")}`;
    expect(errorsOf(text).join()).toMatch(/levels deep/);
  });
});

describe("later definitions", () => {
  const base = rule("evt.type=openat and proc.name=dog");

  test("replace earlier ones of the same name, at their place", () => {
    const other = rule("evt.type=openat and proc.name=cat").replace("rule: r", "rule: s");
    const loaded = loadRules([
      { name: "a", text: base + other },
      { name: "b", text: rule("evt.type=openat") },
    ]);
    expect(loaded.ok && loaded.rules.rules.map(({ name }) => name)).toEqual(["r", "s"]);
    expect(loaded.ok && loaded.rules.evaluate(makeOpen(), "all").map((alert) => alert.rule)).toEqual([
      "r",
      "s",
    ]);
  });

  test("append and replace key by key", () => {
    expect(matches(base, "- rule: r\n  condition: or proc.name=cat\n  override: {condition: append}")).toBe(
      true,
    );
    expect(matches(base, "- rule: r\n  condition: evt.type=openat\n  override: {condition: replace}")).toBe(
      true,
    );
    expect(matches(base, "- rule: r\n  append: true\n  condition: or proc.name=cat")).toBe(true);
    const changed = mustLoad(
      `${base}- rule: r
  output: "more %proc.pname"
  desc: too
  tags: [b, a]
  override: {output: append, desc: append, tags: append}
- rule: r
  priority: DEBUG
  enabled: false
  override: {priority: replace, enabled: replace}
`,
    ).rules[0];
    expect(changed).toMatchObject({
      output: "x %proc.name more %proc.pname",
      description: "d too",
      tags: ["a", "b"],
      priority: "Debug",
      enabled: false,
    });
  });

  test("of nothing are an error", () => {
    expect(errorsOf("- rule: r\n  condition: or m\n  override: {condition: append}")).toEqual([
      '0.yaml:1:3: error LOAD_ERR_VALIDATE: there is no earlier rule "r" to change: define it first, or in an earlier file (in rule "r")',
    ]);
  });

  test("of something that was wrong are not", () => {
    const broken = base.replace("WARNING", "LOUD");
    expect(errorsOf(`${broken}- rule: r\n  enabled: false\n  override: {enabled: replace}`)).toHaveLength(1);
  });
});

describe("exceptions", () => {
  const excepted = (exception: string): boolean =>
    !matches(rule("evt.type=openat and proc.name=cat", `  exceptions:\n    - ${exception}\n`));

  test("take out what all their fields say", () => {
    expect(excepted("{name: e, fields: [proc.name, fd.name], values: [[cat, /etc/shadow]]}")).toBe(true);
    expect(excepted("{name: e, fields: [proc.name, fd.name], values: [[cat, /etc/passwd]]}")).toBe(false);
    expect(
      excepted(
        "{name: e, fields: [proc.name, fd.name], comps: [in, startswith], values: [[[dog, cat], /etc]]}",
      ),
    ).toBe(true);
    expect(excepted("{name: e, fields: [proc.name], comps: [in], values: [[cat]]}")).toBe(true);
    expect(excepted("{name: e, fields: proc.name, comps: in, values: [dog, cat]}")).toBe(true);
    expect(excepted("{name: e, fields: [fd.name], comps: [pmatch], values: [[[/usr, /etc]]]}")).toBe(true);
    expect(excepted('{name: e, fields: [proc.cmdline], values: [["cat /etc/shadow"]]}')).toBe(true);
    expect(excepted("{name: e, fields: [proc.name], values: []}")).toBe(false);
  });

  test("get more values later", () => {
    const base = rule("evt.type=openat", "  exceptions: [{name: e, fields: [proc.name]}]\n");
    const more = "- rule: r\n  exceptions: [{name: e, values: [[cat]]}]\n  override: {exceptions: append}";
    expect(matches(base)).toBe(true);
    expect(matches(base, more)).toBe(false);
  });
});

describe("diagnostics", () => {
  test("stand at the very token, in plain, quoted, folded and literal text", () => {
    expect(
      errorsOf("- rule: r\n  desc: d\n  condition: proc.nam = x\n  output: x\n  priority: INFO"),
    ).toEqual([
      '0.yaml:3:14: error LOAD_ERR_COMPILE_CONDITION: there is no field "proc.nam": did you mean "proc.name"? (in rule "r")',
    ]);
    const block = (style: string): string =>
      `- rule: r\n  desc: d\n  condition: ${style}\n    evt.type = open\n    and proc.name = a\n\n    and  procname = b\n  output: x\n  priority: INFO`;
    for (const style of [">", "|", ">-", "|2+"]) {
      if (style === "|2+") continue;
      expect(errorsOf(block(style))[0]).toMatch(
        /^0\.yaml:7:19: error LOAD_ERR_COMPILE_CONDITION: expected "and"/,
      );
    }
    const quoted = (condition: string): string =>
      `- rule: r\n  desc: d\n  condition: ${condition}\n  output: x\n  priority: INFO`;
    expect(errorsOf(quoted(`"proc.name = \\"a\\" and fd.num = x"`))[0]).toMatch(
      /^0\.yaml:3:46: .*"x" is no integer/,
    );
    expect(errorsOf(quoted(`'proc.name = ''a'' and fd.num = x'`))[0]).toMatch(
      /^0\.yaml:3:46: .*"x" is no integer/,
    );
    expect(errorsOf(quoted(`"proc.name = a\\\n    \\ and fd.num = x"`))[0]).toMatch(
      /^0\.yaml:4:20: .*"x" is no integer/,
    );
    expect(errorsOf(quoted("proc.name = a and\n    fd.num = x"))[0]).toMatch(
      /^0\.yaml:4:14: .*"x" is no integer/,
    );
  });

  test("in what a macro or an appended condition says, stand there", () => {
    const macro = "- macro: m\n  condition: fd.num contains 3\n";
    expect(errorsOf(macro + rule("evt.type=openat and m"))).toEqual([
      expect.stringMatching(
        /^0\.yaml:2:21: error LOAD_ERR_COMPILE_CONDITION: the operator "contains" .* \(in macro "m"\)$/,
      ),
    ]);
    const append = "- rule: r\n  condition: and fd.sip = localhost\n  override: {condition: append}";
    expect(errorsOf(rule("evt.type=connect"), append)).toEqual([
      expect.stringMatching(/^1\.yaml:2:27: error LOAD_ERR_COMPILE_CONDITION: "localhost" is no IP address/),
    ]);
  });

  test("in a list's items, stand at the list's name", () => {
    const list = "- list: ports\n  items: [http, nosuch]\n";
    expect(errorsOf(`${list}${rule("evt.type=connect and fd.sport in (ports)")}`)[0]).toMatch(
      /^0\.yaml:6:48: .*"nosuch"/,
    );
  });

  test("come all at once", () => {
    const lines = errorsOf(`
- rule: a
  desc: d
  condition: proc.name =
  output: "%nosuch.field"
  priority: LOUD
- rule: b
  condition: evt.type in (open, nosuch) and proc.nosuch = x and fd.num = y and m
  desc: d
  output: "x %proc.nosuch and %"
  priority: INFO
- macro: m2
  condition: (
- list: l
- 5
`);
    expect(lines.map((line) => line.replace(/^0\.yaml:/, "").slice(0, 90))).toEqual([
      expect.stringMatching(/^6:13: error LOAD_ERR_YAML_VALIDATE: "LOUD" is no priority/),
      expect.stringMatching(/^14:3: error LOAD_ERR_YAML_VALIDATE: the key "items" is missing/),
      expect.stringMatching(/^15:3: error LOAD_ERR_YAML_VALIDATE: every item must be a map/),
      expect.stringMatching(/^13:\d+: error LOAD_ERR_COMPILE_CONDITION/),
      expect.stringMatching(/^5:12: error LOAD_ERR_COMPILE_OUTPUT: there is no field "nosuch.field"/),
      expect.stringMatching(/^4:24: error LOAD_ERR_COMPILE_CONDITION: expected a value, got the end/),
      expect.stringMatching(/^10:14: error LOAD_ERR_COMPILE_OUTPUT: there is no field "proc.nosuch"/),
      expect.stringMatching(/^8:33: error LOAD_ERR_COMPILE_CONDITION: there is no event type "nosuch"/),
      expect.stringMatching(/^8:45: error LOAD_ERR_COMPILE_CONDITION: there is no field "proc.nosuch"/),
      expect.stringMatching(/^8:74: error LOAD_ERR_COMPILE_CONDITION: "y" is no integer/),
      expect.stringMatching(/^8:80: error LOAD_ERR_VALIDATE: there is no macro "m"/),
    ]);
  });

  test("tell of what is wrong with an item nowhere else", () => {
    const lines = errorsOf(`
- macro: m
  condition: [a]
- list: ports
  items: {a: b}
- rule: r
  desc: d
  condition: m and fd.sport in (ports)
  output: x
  priority: INFO
`);
    expect(lines).toEqual([
      expect.stringContaining('the value of "condition" must be a string'),
      expect.stringContaining('the value of "items" must be a sequence'),
    ]);
  });

  test("warn where Falco warns", () => {
    const codes = (text: string): readonly string[] =>
      problemsOf(text).map((line) => /warning (\w+)/.exec(line)?.[1] ?? line);
    expect(codes(rule("proc.name = cat"))).toEqual(["LOAD_NO_EVTTYPE"]);
    expect(codes(rule("evt.type = open or evt.type = close"))).toEqual([]);
    expect(codes(rule("evt.type = open and evt.type = close"))).toEqual([
      "LOAD_NO_EVTTYPE",
      "LOAD_NEVER_MATCHES",
    ]);
    expect(codes(rule("proc.name = cat", "  warn_evttypes: false\n"))).toEqual([]);
    expect(codes(rule("evt.type = open and proc.name regex '.*at'"))).toEqual(["LOAD_COMPILE_CONDITION"]);
    expect(codes(rule("evt.type = open and proc.name = proc.pname"))).toEqual(["LOAD_COMPILE_CONDITION"]);
    expect(codes(rule("evt.type = open and evt.dir = <"))).toEqual(["LOAD_DEPRECATED_ITEM"]);
    expect(codes(rule("evt.type = open", "  source: k8s_audit\n"))).toEqual(["LOAD_UNKNOWN_SOURCE"]);
    expect(codes(rule("evt.type = open and proc.nosuch = 1", "  skip-if-unknown-filter: true\n"))).toEqual([
      "LOAD_UNKNOWN_FILTER",
    ]);
    expect(codes("- macro: m\n  condition: proc.name=a\n- list: l\n  items: []")).toEqual([
      "LOAD_UNUSED_MACRO",
      "LOAD_UNUSED_LIST",
    ]);
    expect(codes("- nonsense: 1")).toEqual(["LOAD_UNKNOWN_ITEM"]);
    expect(codes(rule("evt.type = open", "  bogus: 1\n"))).toEqual(["LOAD_UNKNOWN_KEY"]);
  });
});

describe("hostile input", () => {
  test("YAML nested without end", () => {
    const start = performance.now();
    expect(errorsOf("[".repeat(20_000)).join()).toMatch(/LOAD_ERR_YAML_PARSE/);
    expect(errorsOf(`${"- ".repeat(5_000)}x`).join()).toMatch(/LOAD_ERR_YAML/);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test("aliases that multiply", () => {
    const levels = Array.from({ length: 25 }, (_, i) => `- &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]`).join(
      "\n",
    );
    const text = `- &a0 [x]\n${levels}\n- list: l\n  items: *a25\n`;
    const start = performance.now();
    expect(errorsOf(text).join("\n")).toMatch(/more than 1000000 values, aliases written out/);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test("many aliases", () => {
    const text = `- &a x\n- list: l\n  items: [${"*a, ".repeat(50_000)}*a]\n`;
    const start = performance.now();
    expect(errorsOf(text).join("\n")).toMatch(/every item must be a map/);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test("a source that is too long", () => {
    const result = loadRules([{ name: "big", text: " ".repeat(100) }], { maxSourceLength: 99 });
    expect(result.ok).toBe(false);
  });

  test("any text at all is loaded, or says why not", () => {
    for (const text of [
      "",
      "---\n",
      "\u0000",
      "{",
      "a: b",
      "- [",
      "\t- x",
      "- rule",
      "- &a *a",
      "%YAML 9\n---\n- x",
      "- rule: {a: b}",
    ]) {
      expect(() => loadRules([{ name: "x", text }])).not.toThrow();
    }
  });
});

test("no file makes the loader throw, and every diagnostic has a place", () => {
  const whole =
    "- macro: m\n  condition: >\n    proc.name in (l)\n    and not m2\n- list: l\n  items: [a, 'b c']\n";
  const words = [
    "- ",
    "rule: r\n",
    "\n  ",
    ": ",
    "[",
    "]",
    "'",
    '"',
    "|\n",
    ">\n",
    "*a ",
    "&a ",
    "condition: ",
    "(",
    "\\",
    "\u0000",
    "%",
  ];
  const fragment = fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 4 }));
  const edit = fc.tuple(fc.nat(whole.length), fc.nat(6), fragment);
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
      let text = whole + rule("evt.type = open and m");
      for (const [at, length, inserted] of edits)
        text = text.slice(0, at) + inserted + text.slice(at + length);
      const loaded = loadRules([{ name: "x", text }]);
      for (const { line, column, message } of loaded.ok ? loaded.warnings : loaded.diagnostics) {
        expect(line).toBeGreaterThan(0);
        expect(column).toBeGreaterThan(0);
        expect(message).not.toBe("");
      }
    }),
    { numRuns: 400 },
  );
});

describe("matching types", () => {
  test("a condition without a type matches every type, unheard-of ones too", () => {
    const rules = mustLoad(ruleYaml("proc.name = cat"));
    const other = makeRawCall(9999);
    expect(rules.evaluate(other)).toHaveLength(1);
    expect(rules.eventTypes).toEqual({ except: new Set() });
  });
});
