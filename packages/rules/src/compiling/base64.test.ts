import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase64 } from "./base64.ts";

describe("decodeBase64", () => {
  test.each([
    ["", ""],
    ["Y2F0", "cat"],
    ["Y2F0cw==", "cats"],
    ["Y2F0cw", "cats"],
    ["Y2F0cw=", "cats"],
    ["w6k=", "é"],
    ["Y2F0=", "cat"],
    ["Y2F0cx==", undefined],
    ["Y", undefined],
    ["=", undefined],
    ["==", undefined],
    ["===", undefined],
    ["Y2F0===", undefined],
    ["Y2F0\n", undefined],
    ["Y2-0", undefined],
    ["é", undefined],
  ])("%j is %j", (text, decoded) => {
    expect(decodeBase64(text, false)).toBe(decoded);
  });

  test("undoes what others encode, with or without what fills up the end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const encoded = Buffer.from(bytes).toString("base64");
        const expected = Buffer.from(bytes).toString("latin1");
        expect(decodeBase64(encoded, true)).toBe(expected);
        expect(decodeBase64(encoded.replace(/=+$/, ""), true)).toBe(expected);
      }),
    );
  });
});
