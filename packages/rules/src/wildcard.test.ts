import { expect, test } from "vitest";
import { matchesWildcard } from "./wildcard.ts";

test.each([
  ["Write below etc", "Write below etc", true],
  ["Write below", "Write below etc", false],
  ["Write*", "Write below etc", true],
  ["*etc", "Write below etc", true],
  ["W*b*etc", "Write below etc", true],
  ["*", "", true],
  ["**", "any", true],
  ["", "", true],
  ["", "any", false],
  ["a*a", "a", false],
  ["ab*ba", "aba", false],
  ["*rule", "rule by rule", true],
  ["a*b*b", "ab", false],
  ["?rite*", "Write", false],
])("%s of %s: %s", (pattern, text, matches) => {
  expect(matchesWildcard(pattern, text)).toBe(matches);
});

test("takes no time that grows with the number of stars", () => {
  const started = performance.now();
  expect(matchesWildcard(`${"*a".repeat(1_000)}*b`, "a".repeat(20_000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(200);
});
