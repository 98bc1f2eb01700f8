import fc from "fast-check";
import { expect, test } from "vitest";
import { printable, printableJson } from "./printable.ts";

test.each([
  ["é🐚 plain", "é🐚 plain"],
  ["a\nb\r\tc", "a\\nb\\r\\tc"],
  ["\u001b[2J", "\\u001b[2J"],
  ["\u009b2J", "\\u009b2J"],
  ["\u202e", "\\u202e"],
  ["\u2028", "\\u2028"],
  ["\u2800", "\\u2800"],
  ["\ufe0f", "\\ufe0f"],
  ["\ud800", "\\ud800"],
  ["\u{e0041}", "\\u{e0041}"],
])("%j is shown as %s", (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test("characters that are not to be shown can be replaced by others", () => {
  expect(printable("a\u001b\u{e0041}b", () => ".")).toBe("a..b");
});

test("JSON means the same", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(fc.dictionary(text, text), (value) => {
      const line = printableJson(JSON.stringify(value));
      expect(printable(line)).toBe(line);
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
