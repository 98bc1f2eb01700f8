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

  test("a pattern of many stars takes no exponential time", () => {
    const start = performance.now();
    expect(compileGlob(`${"*a".repeat(50)}b`)("a".repeat(5_000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(10_000);
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
