import { describe, expect, test } from "vitest";
import { errorsOf, problemsOf, ruleYaml } from "../../test/load.ts";

/** What the first diagnostic says, without its place and item. */
function told(...texts: readonly string[]): string | undefined {
  return problemsOf(...texts)[0]
    ?.replace(/^\S+ (?:error|warning) \w+: /, "")
    .replace(/ \(in .*\)$/, "");
}

const exception = (fields: string, comps: string): string =>
  `${ruleYaml("evt.type = open")}  exceptions: [{name: e, fields: [${fields}], comps: [${comps}], values: [[a]]}]\n`;

describe("a diagnostic says how to mend", () => {
  test.each([
    ["proc.nam = x", 'there is no field "proc.nam": did you mean "proc.name"?'],
    [
      "proc.nosuch = x",
      'there is no field "proc.nosuch": name one that there is: `sentrytap rules fields` lists them',
    ],
    ["evt.arg.flag = x", 'no event has an argument "flag": did you mean "flags"?'],
    ["evt.arg = x", 'the field "evt.arg" needs the name or number of an argument: evt.arg.fd, evt.arg[0]'],
    ["evt.type.is.opne = 1", '"opne" is no type of event: did you mean "open"?'],
    ["evt.type = opne", 'there is no event type "opne": did you mean "open"?'],
    ["evt.type = nosuch", 'there is no event type "nosuch": name a system call, such as openat'],
    ["fd.num = y", '"y" is no integer: fd.num takes integers such as 10 or 0x0a'],
    ["evt.cpu = 99999", "99999 is out of range: evt.cpu takes -32768 to 32767"],
    ["fd.sip = localhost", '"localhost" is no IP address: fd.sip takes addresses such as 10.0.0.1 or ::1'],
    [
      "fd.sport = 70000",
      '"70000" is no port: fd.sport takes numbers up to 65535, and services such as https',
    ],
    [
      "fd.num contains 3",
      'the operator "contains" cannot compare fd.num, a number: use one of =, !=, in, intersects, <, <=, >, >=, exists',
    ],
    [
      "len(fd.num) = 1",
      "len() cannot be applied to number fields such as fd.num: it takes a field of one string or bytes",
    ],
    [
      "tolower(proc.aname) = a",
      "tolower() cannot be applied to fields of several values such as proc.aname: it takes a field of one string",
    ],
    ["(m or", 'expected a blank or "(" after "or"'],
    ["proc.name = a and (proc.name = b", 'expected ")", got the end: it closes the "(" at column 33'],
  ])("in the condition %s", (condition, message) => {
    expect(told(ruleYaml(condition))).toBe(message);
  });

  test("where the parenthesis that is not closed stands on another line", () => {
    const text =
      "- rule: r\n  desc: d\n  condition: >\n    (evt.type = open\n    and proc.name = a\n  output: x\n  priority: INFO\n";
    expect(told(text)).toBe('expected ")", got the end: it closes the "(" at line 4, column 5');
    const appended = "- rule: r\n  condition: or proc.name = b\n  override: {condition: append}\n";
    expect(told(text, appended)).toBe(
      'expected ")", got the end: it closes the "(" at 0.yaml line 4, column 5',
    );
  });

  test("in names of macros, lists and rules, but not with those that cannot be seen", () => {
    const macro = "- macro: spawned\n  condition: evt.type = execve\n";
    expect(told(macro + ruleYaml("spawnd"))).toBe('there is no macro "spawnd": did you mean "spawned"?');
    expect(errorsOf(`- macro: m\n  condition: spawnd\n${macro}`)[0]).toContain(
      'there is no macro "spawnd": define it, or look for the name it has',
    );
    expect(
      told("- list: shells\n  items: [a]\n- list: shels\n  items: [b]\n  override: {items: append}\n"),
    ).toBe('there is no earlier list "shels" to change: did you mean "shells"?');
    expect(told("- rule: Shel\n  enabled: false\n  override: {enabled: replace}\n")).toBe(
      'there is no earlier rule "Shel" to change: define it first, or in an earlier file',
    );
  });

  test.each([
    [
      `${ruleYaml("evt.type = open")}  enabeld: true\n`,
      'a rule has no key "enabeld", so it is ignored: did you mean "enabled"?',
    ],
    [
      `${ruleYaml("evt.type = open")}  bogus: true\n`,
      'a rule has no key "bogus", so it is ignored: take it out',
    ],
    ["- rul: r\n", 'no list, macro or rule, but rul, so it is ignored: did you mean "rule"?'],
    ["- x: r\n", "no list, macro or rule, but x, so it is ignored: begin it with list, macro or rule"],
    ["- rule: a\n", "the rule says nothing: write its condition, output, desc and priority"],
    ["- macro: m\n", 'the key "condition" is missing: add "condition: ..."'],
    [
      ruleYaml("evt.type = open").replace("INFO", "LOUD"),
      '"LOUD" is no priority: use one of Emergency, Alert, Critical, Error, Warning, Notice, Informational, Debug',
    ],
    [
      "- list: l\n  items: [a]\n  override: {itms: append}\n",
      '"itms" cannot be appended to: did you mean "items"?',
    ],
    ["- list: l\n  items: [a]\n  override: {x: replace}\n", '"x" cannot be replaced: only items can'],
    [exception("proc.nam", "in"), 'there is no field "proc.nam": did you mean "proc.name"?'],
    [exception("proc.name", "contain"), '"contain" is no operator: did you mean "contains"?'],
    [exception("'proc.aname[x]'", "in"), 'the argument of "proc.aname" must be a number such as 1, not "x"'],
    [
      ruleYaml("evt.type = open", "%nosuch.field"),
      'there is no field "nosuch.field": name one that there is: `sentrytap rules fields` lists them',
    ],
    [ruleYaml("evt.type = open", "%fd.nmae"), 'there is no field "fd.nmae": did you mean "fd.name"?'],
    [
      ruleYaml("evt.type = open", "%tolower(fd.nmae)"),
      'there is no field "fd.nmae": did you mean "fd.name"?',
    ],
    [
      `${ruleYaml("evt.type = open and fd.nmae = x")}  skip-if-unknown-filter: true\n`,
      'there is no field "fd.nmae", so the rule is ignored: did you mean "fd.name"?',
    ],
    ["- rule:\n\tr: d\n", expect.stringMatching(/^not valid YAML: .*: indent with blanks, not tabs$/)],
  ])("in the file %j", (text, message) => {
    expect(told(text)).toEqual(message);
  });

  test("on one line, and at the end of a long one too", () => {
    const lines = '- macro: m\n  condition: e\n  append: "a\\nb\\e[1m\u0085"\n';
    expect(told(lines)).toBe('the value of "append" must be true or false, not "a\\nb\\u001b[1m\\u0085"');
    const long = `x.${"y".repeat(1_000_000)}`;
    expect(told(ruleYaml(`${long} = 1`))).toMatch(
      /^there is no field "x\.y{100,}\.\.\.y+": name one that there is: `sentrytap rules fields` lists them$/,
    );
    expect(told(`- required_engine_version: ${long}\n`)).toMatch(/: write three numbers, such as 0\.50\.0$/);
  });

  test("and takes no time to tell of names without end", () => {
    const rules = Array.from({ length: 5_000 }, (_, i) =>
      ruleYaml(`proc.nam${i} = x`).replace("rule: r", `rule: r${i}`),
    );
    const macros = Array.from(
      { length: 10_000 },
      (_, i) => `- macro: macro_${i}\n  condition: macro_x${i}\n`,
    );
    const start = performance.now();
    expect(errorsOf(rules.join(""))).toHaveLength(1_000);
    expect(errorsOf(macros.join(""))).toHaveLength(1_000);
    const warnings = Array.from({ length: 2_000 }, (_, i) =>
      ruleYaml("fd.num > 0").replace("rule: r", `rule: w${i}`),
    );
    expect(errorsOf(`${warnings.join("")}${ruleYaml("nonsense")}`)).toHaveLength(1);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
