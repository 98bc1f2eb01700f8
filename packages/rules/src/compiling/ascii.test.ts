import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asciiLower, asciiUpper, compareBytes, inAnyCase, toByteText } from "./ascii.ts";

const texts = fc
  .string({ unit: "binary", maxLength: 12 })
  .filter((text) => Buffer.from(text).toString() === text);

describe("strings as bytes", () => {
  test("only letters of ASCII have a case", () => {
    expect(asciiLower("ÉTAT İ K")).toBe("É".concat("tat İ k"));
    expect(asciiUpper("état ß")).toBe("éTAT ß");
    expect(asciiLower("Plain")).toBe("plain");
    expect(asciiUpper("Plain")).toBe("PLAIN");
  });

  test("texts become their bytes", () => {
    expect(toByteText("é")).toBe("\xc3\xa9");
    fc.assert(fc.property(texts, (text) => toByteText(text) === Buffer.from(text).toString("latin1")));
  });

  test("texts are in the order of their bytes", () => {
    expect(compareBytes("\uffff", "🐚")).toBeLessThan(0);
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});

describe("inAnyCase", () => {
  test("takes nothing for special, and no letter beyond ASCII in another case", () => {
    expect(inAnyCase("A.*[b]\\-/").test("xa.*[B]\\-/y")).toBe(true);
    expect(inAnyCase("a.c").test("abc")).toBe(false);
    expect(inAnyCase("é").test("É")).toBe(false);
    expect(inAnyCase("K").test("\u212a")).toBe(false);
    expect(inAnyCase("🐚\n$").test("a🐚\n$")).toBe(true);
  });

  test("says what small letters would say", () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(inAnyCase(a).test(b)).toBe(asciiLower(b).includes(asciiLower(a)));
        expect(inAnyCase(a).test(`${b}${asciiUpper(a)}`)).toBe(true);
      }),
    );
  });
});
