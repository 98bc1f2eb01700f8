import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileGlob } from "./glob.ts";

describe("compileGlob", () => {
  test.each([
    ["b?sh", "bash", true],
    ["b?sh", "bsh", false],
    ["*", "", true],
    ["*", "/a/b", true],
    ["/etc/*", "/etc/a/b", true],
    ["*.so", "libc.so", true],
    ["*.so", "libc.so.6", false],
    ["a*b*c", "aXXbYYc", true],
    ["a*b*c", "aXXcYYb", false],
    ["[abc]x", "bx", true],
    ["[!abc]x", "bx", false],
    ["[^abc]x", "dx", true],
    ["[a-c]x", "bx", true],
    ["[]]x", "]x", true],
    ["[[:digit:]]x", "7x", true],
    ["[[:digit:]]x", "ax", false],
    ["[ab", "[ab", true],
    ["\\*", "*", true],
    ["\\*", "a", false],
    ["?", "é", false],
    ["??", "é", true],
    ["????", "🐚", true],
    ["[é]?", "é", true],
    ["*é", "café", true],
    ["a\\", "a\\", false],
    ["[a-\\c]", "b", true],
    ["[[.-.]]", "-", true],
    ["[[=a=]]", "a", true],
    ["[a[:none:]]", "a", true],
    ["[a[:none:]b]", "b", false],
    ["[![:none:]]", "b", false],
    ["", "", true],
    ["", "a", false],
  ])("%s and %s: %s", (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
  });

  test("iglob ignores case", () => {
    expect(compileGlob("*BASH", true)("/bin/bash")).toBe(true);
  });

  test.each([
    ["*a".repeat(50), "b"],
    ["*", "?".repeat(250)],
    ["*", "[!b]".repeat(62)],
    [`*${"?".repeat(248)}`, "b"],
  ])("a long text takes no long time: %s%s", (begin, end) => {
    const matches = compileGlob(begin + end);
    const text = "a".repeat(1_000_000);
    const start = performance.now();
    expect(matches(text)).toBe(end !== "b");
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  test("a pattern matches what it would as a regular expression", () => {
    const parts = { "*": ".*", "?": ".", "[ab]": "[ab]", "[!b]": "[^b]", a: "a", b: "b", "\\*": "\\*" };
    const pattern = fc.array(fc.constantFrom(...Object.entries(parts)), { maxLength: 70 });
    const text = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 80 });
    fc.assert(
      fc.property(pattern, text, (tokens, subject) => {
        const source = tokens.map(([, regex]) => regex).join("");
        // Stars in a row mean what one does, and take a regular expression much longer.
        const expression = new RegExp(`^${source.replace(/(?:\.\*)+/g, ".*")}$`);
        const glob = tokens.map(([written]) => written).join("");
        expect(compileGlob(glob)(subject)).toBe(expression.test(subject));
      }),
      { numRuns: 2_000 },
    );
  });

  test("every string matches itself escaped, and with a star for any part", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(), (text, a, b) => {
        const chars = Array.from(text);
        const escaped = chars.map((char) => `\\${char}`);
        expect(compileGlob(escaped.join(""))(text)).toBe(true);
        const [from = 0, to = 0] = [a % (chars.length + 1), b % (chars.length + 1)].sort((x, y) => x - y);
        expect(compileGlob([...escaped.slice(0, from), "*", ...escaped.slice(to)].join(""))(text)).toBe(true);
      }),
    );
  });
});
