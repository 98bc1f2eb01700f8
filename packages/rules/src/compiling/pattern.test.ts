import { describe, expect, test } from "vitest";
import { compilePattern } from "./pattern.ts";
import { fromPosix } from "./posix-pattern.ts";

function fits(pattern: string, text: string): boolean | string {
  const matches = compilePattern(pattern);
  return typeof matches === "string" ? matches : matches(text);
}

describe("fromPosix", () => {
  test.each([
    ["", ""],
    ["a(b|c)*", "a(?:b|c)*"],
    ["a+?", "(?:a+)?"],
    ["a{2}{3}", "(?:a{2}){3}"],
    ["(a*)+*", "(?:(?:a*)+)*"],
    ["a{,3}", "a{,3}"],
    ["a{01}", "a{01}"],
    ["[]a-]", "[]a-]"],
    ["[^]]", "[^]]"],
    ["[[:alpha:]_]", "[[:alpha:]_]"],
    ["\\.\\n\\x41\\141", "\\.\\n\\x41\\141"],
    ["[a\\]b]+", "[a\\]b]+"],
    ["𝒳+", "𝒳+"],
  ])("%s is %s", (pattern, ours) => {
    expect(fromPosix(pattern)).toBe(ours);
  });

  test.each([
    "(?:a)",
    "(?i)a",
    "\\d",
    "\\w",
    "\\b",
    "\\A",
    "\\pL",
    "\\Q.\\E",
    "[\\d]",
    "[a-c-e]",
    "(",
    ")",
    "*",
    "a|*",
    "\\",
    "[a",
    "\\é",
    "\\1",
  ])("%s is none of POSIX", (pattern) => {
    expect(fromPosix(pattern)).toBeUndefined();
  });
});

describe("compilePattern", () => {
  test.each([
    ["ca.", "cat", true],
    ["a", "cat", false],
    [".*a.*", "cat", true],
    ["c|cat", "cat", true],
    ["a+?", "", true],
    ["a**", "aaa", true],
    ["^a$\n^b$", "a\nb", true],
    ["a.b", "a\nb", false],
    ["a[^x]b", "a\nb", true],
    [".", "é", true],
    [".", "🐚", true],
    ["\\d+", "123", true],
    ["(?i)CAT", "cat", true],
    ["[a-c-e]", "-", true],
  ])("%j and %j: %s", (pattern, text, expected) => {
    expect(fits(pattern, text)).toBe(expected);
  });

  test.each(["(", "a{2,1}", "*", "[b-a]", "a{1001}", "(a{999}){999}", "\\", "[[:none:]]"])(
    "%s is wrong",
    (pattern) => {
      expect(fits(pattern, "")).toMatch(/^not a regular expression: .*: write \\\\ before what is meant/);
    },
  );

  test("what would take too many steps is refused, and soon", () => {
    const start = performance.now();
    expect(fits(`(${"abcdefghij".repeat(20)}){900}`, "")).toMatch(/comes to more than 5000 steps/);
    expect(fits("(.?){999}(.?){999}(.?){999}", "")).toMatch(/comes to more than 5000 steps/);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test.each(["(a+)+$", "(a*)*b", "(a|a)*b", "(.*a){20}b", "(x?){200}x{200}", ".*(a|b).{400}c"])(
    "%s takes time in line with the text",
    (pattern) => {
      const matches = compilePattern(pattern);
      const start = performance.now();
      expect(typeof matches === "string" || matches("a".repeat(60_000))).toBe(pattern === "(a+)+$");
      expect(performance.now() - start).toBeLessThan(10_000);
    },
  );
});
