import { describe, expect, test } from "vitest";
import { formatIso, formatIsoOffset, formatLocalTime, nanoseconds } from "./timestamp.ts";

describe("a timestamp", () => {
  test.each([
    [1795286461313392178n, "2026-11-21T18:41:01.313392178Z"],
    [1795286461999999999n, "2026-11-21T18:41:01.999999999Z"],
    [0n, "1970-01-01T00:00:00.000000000Z"],
    [-5n, "1969-12-31T23:59:59.999999995Z"],
    [-1_000_000_000n, "1969-12-31T23:59:59.000000000Z"],
  ])("of %d is %s", (timeNs, text) => {
    expect(formatIso(timeNs)).toBe(text);
    expect(formatIsoOffset(timeNs)).toBe(text.replace("Z", "+0000"));
  });

  test("of any number that a sandbox can send is well-formed", () => {
    for (const timeNs of [-(2n ** 63n), 2n ** 63n - 1n]) {
      expect(formatIso(timeNs)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      expect(formatLocalTime(timeNs)).toMatch(/^\d\d:\d\d:\d\d$/);
      expect(nanoseconds(timeNs)).toMatch(/^\d{9}$/);
    }
  });
});
