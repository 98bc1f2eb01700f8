import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Diagnostic, formatDiagnostic } from "./diagnostic.ts";
import { loadRules } from "./loading/load-rules.ts";
import { snippetAt } from "./loading/snippet.ts";

const rule = (condition: string): string =>
  `- rule: r\n  desc: d\n  condition: ${condition}\n  output: x\n  priority: INFO\n`;

function problems(text: string): readonly Diagnostic[] {
  const loaded = loadRules([{ name: "a.yaml", text }]);
  return loaded.ok ? loaded.warnings : loaded.diagnostics;
}

describe("a diagnostic", () => {
  test("names its item, and shows the place", () => {
    const [first] = problems(rule("proc.nam = x"));
    expect(first).toMatchObject({ item: "r", itemKind: "rule", line: 3, column: 14 });
    expect(first?.snippet).toBe("  condition: proc.nam = x\n             ^");
    expect(problems("- list: l\n  items: []")[0]).toMatchObject({ item: "l", itemKind: "list" });
    expect(problems("- macro: m\n  condition: ((")[0]).toMatchObject({ item: "m", itemKind: "macro" });
    expect(problems("- nonsense: 1")[0]).toMatchObject({ item: "", itemKind: undefined });
  });

  test("is one line, and two more with the snippet", () => {
    const list = problems(rule("proc.nam = x"));
    const [line] = list.map(formatDiagnostic);
    expect(line).toBe(
      'a.yaml:3:14: error LOAD_ERR_COMPILE_CONDITION: there is no field "proc.nam": did you mean "proc.name"? (in rule "r")',
    );
    expect(list.map((one) => formatDiagnostic(one, { snippet: true }))).toEqual([
      `${line}\n      condition: proc.nam = x\n                 ^`,
    ]);
  });

  test("keeps what a name says from moving the cursor", () => {
    const name = "r\u001b[2J\u202e";
    const [first] = problems(rule("proc.nam = x").replace("rule: r", `rule: "${"r\\e[2J\\u202E"}"`));
    expect(first?.item).toBe(name);
    expect(first && formatDiagnostic(first)).toContain('(in rule "r\\u001b[2J\\u202e")');
    const long = problems(rule("proc.nam = x").replace("rule: r", `rule: ${"r".repeat(100_000)}`))[0];
    expect(long && formatDiagnostic(long).length).toBeLessThan(500);
  });
});

describe("a snippet", () => {
  const at = (text: string): string => snippetAt(text.replace("@", ""), text.indexOf("@"));

  test.each([
    ["", "\n^"],
    ["@abc", "abc\n^"],
    ["one\ntw@o\nthree", "two\n  ^"],
    ["one\r\ntw@o\r\nthree", "two\n  ^"],
    ["\ta@b", "  ab\n   ^"],
    ["a\u001b@b", "a\\u001bb\n       ^"],
    ["\u4e2d\u6587@x", "\u4e2d\u6587x\n    ^"],
    ["e\u0301@x", "e\u0301x\n ^"],
    ["\ud83d@x", "\\ud83dx\n      ^"],
    ["ab:\n@", "ab:\n   ^"],
    ["ab:\n  \n @ \nnext", "ab:\n   ^"],
    ["\n\n@", "\n^"],
  ])("of %j", (text, snippet) => {
    expect(at(text)).toBe(snippet);
  });

  test("of a long line is cut around the place", () => {
    const [line = "", caret = ""] = at(`${"a".repeat(500)}@${"b".repeat(500)}`).split("\n");
    expect(line).toBe(`...${"a".repeat(60)}${"b".repeat(60)}...`);
    expect(caret).toBe(`${" ".repeat(63)}^`);
  });

  test("is two short lines that a terminal can show, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.nat(310), (text, offset) => {
        const snippet = snippetAt(text, offset);
        expect(snippet.split("\n")).toHaveLength(2);
        expect(snippet.replace("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(snippet.length).toBeLessThan(600);
      }),
    );
  });
});
