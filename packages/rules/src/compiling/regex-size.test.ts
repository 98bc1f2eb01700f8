import { describe, expect, test } from "vitest";
import { createPatternBudget } from "./pattern-budget.ts";
import { regexSize } from "./regex-size.ts";

describe("the size of a regular expression", () => {
  test.each([
    ["", 0],
    ["abc", 3],
    ["a{10}", 10],
    ["a{2,10}", 10],
    ["a{3,}", 3],
    ["a{10}{10}", 100],
    ["(ab){10}", 40],
    ["((a{10}){10}){10}", 1220],
    ["a{", 2],
    ["[a-z]{5}", 5],
    ["[]a]{5}", 5],
    ["[[:alpha:]x]{2}", 4],
    ["\\d{5}", 5],
    ["\\p{L}", 54],
    ["(a", 3],
    ["a)b{2}", 3],
  ])("of %j is about %d", (pattern, size) => {
    expect(regexSize(pattern)).toBe(size);
  });

  test("takes one pass, and has an end", () => {
    expect(regexSize("(".repeat(100_000))).toBe(200_000);
    expect(regexSize(`${"(".repeat(1_000)}a${"){1000}".repeat(1_000)}`)).toBe(1e9);
    expect(regexSize("[".repeat(100_000))).toBeGreaterThan(10_000);
  });
});

test("a budget is used up, and gives the same answer for the same expression", () => {
  const budget = createPatternBudget();
  expect(budget.problem("a{1000}{1000}")).toMatch(/too large: shorten it/);
  for (let i = 0; i < 250; i++) budget.problem(`${i}a{900}`);
  expect(budget.problem("zz{900}")).toMatch(/all regular expressions together/);
  expect(budget.problem("0a{900}")).toBeUndefined();
});
