import { expect, it } from "vitest";
import { type BenchRow, isMet, median, ratios } from "../src/bench-result.ts";
import { markdownTable, textTable } from "../src/table.ts";

const rows: readonly BenchRow[] = [
  { what: "rate", value: 0.851, unit: "x", reach: { atLeast: 0.85 }, falco: 0.45 },
  { what: "CPU", value: 1.7, unit: "x", reach: { atMost: 1.6 } },
  { what: "messages", value: 1_234_567.8, unit: "messages/s" },
];

it("says of each row whether its reach is met", () => {
  expect(rows.map(isMet)).toEqual([true, false, undefined]);
  expect(isMet({ what: "edge", value: 2, unit: "x", reach: { atLeast: 2, atMost: 2 } })).toBe(true);
  expect(isMet({ what: "told", value: 2, unit: "x", reach: {} })).toBe(undefined);
  expect(isMet({ what: "nothing measured", value: Number.NaN, unit: "x", reach: { atMost: 2 } })).toBe(false);
});

it("aligns text, and writes Markdown", () => {
  expect(textTable(rows)).toBe(
    [
      "what          value  unit        reach   Falco  met",
      "rate           0.85  x           ≥ 0.85   0.45  yes",
      "CPU             1.7  x           ≤ 1.6          NO",
      "messages  1,234,568  messages/s",
    ].join("\n"),
  );
  expect(markdownTable(rows).split("\n")[2]).toBe("| rate | 0.85 | x | ≥ 0.85 | 0.45 | yes |");
});

it("takes the middle of the rounds, and the ratio of each", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(ratios([2, 9], [4, 3])).toEqual([0.5, 3]);
});
