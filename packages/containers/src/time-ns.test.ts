import { expect, test } from "vitest";
import { timeNs } from "./time-ns.ts";

test.each<[string | undefined, bigint | undefined]>([
  ["2026-11-22T04:45:20.421589286Z", 1_795_322_720_421_589_286n],
  ["2026-11-22T04:45:20Z", 1_795_322_720_000_000_000n],
  ["2026-11-22T04:45:20.5Z", 1_795_322_720_500_000_000n],
  ["2026-11-22T05:45:20.421589286+01:00", 1_795_322_720_421_589_286n],
  ["2026-11-22T04:45:20.4215892861234Z", 1_795_322_720_421_589_286n],
  // Go's way to write that there is none.
  ["0001-01-01T00:00:00Z", undefined],
  ["2026-13-22T04:45:20Z", undefined],
  ["2026-11-22 04:45:20Z", undefined],
  ["now", undefined],
  ["", undefined],
  [undefined, undefined],
])("%j is %s", (text, expected) => {
  expect(timeNs(text)).toBe(expected);
});
