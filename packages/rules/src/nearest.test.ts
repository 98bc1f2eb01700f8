import { describe, expect, test } from "vitest";
import { didYouMean, nearest } from "./nearest.ts";

describe("nearest", () => {
  test.each([
    ["proc.nam", ["fd.name", "proc.name"], "proc.name"],
    ["proc.nmae", ["proc.name"], "proc.name"],
    ["porc.nmae", ["proc.name"], "proc.name"],
    ["poc.nae", ["proc.name"], "proc.name"],
    ["prroc.namee", ["proc.name"], "proc.name"],
    ["fd.nam", ["fd.num", "fd.name"], "fd.name"],
    ["opn", ["open", "read"], "open"],
    ["opennat", ["open", "openat"], "openat"],
    ["ab", ["abc", "aa"], undefined],
    ["opn", ["opeen"], undefined],
    ["proc.xyz", ["proc.abc"], undefined],
    ["name", [], undefined],
  ])("of %j in %j is %j", (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });

  test("takes no time for long names, and many", () => {
    const long = "a".repeat(1_000_000);
    const many = Array.from({ length: 200_000 }, (_, i) => `macro_${i}`);
    const start = performance.now();
    expect(nearest(long, [`${long}b`, long])).toBeUndefined();
    expect(nearest("macro_of_mine", [long, ...many])).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

test("didYouMean says something else where nothing is near", () => {
  expect(didYouMean("opne", ["open"], "name another")).toBe(': did you mean "open"?');
  expect(didYouMean("zzz", ["open"], "name another")).toBe(": name another");
});
