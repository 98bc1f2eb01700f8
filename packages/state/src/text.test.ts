import { describe, expect, it } from "vitest";
import { bounded, commOf, threadName } from "./text.ts";

describe("threadName", () => {
  it.each([
    ["/bin/sh", "sh"],
    ["sh", "sh"],
    ["a/", ""],
    ["", ""],
    ["/usr/bin/exactly-fifteen", "exactly-fifteen"],
    ["/usr/bin/exactly-sixteen-", "exactly-sixteen"],
    ["/memfd:payload (deleted)", "memfd:payload ("],
  ])("of %s is %s", (path, name) => {
    expect(threadName(path)).toBe(name);
  });

  it("is cut at bytes, not letters", () => {
    expect(Buffer.from(threadName("éééééééé").replace("\ufffd", "")).length).toBe(14);
  });
});

describe("texts that are kept", () => {
  it("are no longer than anything real", () => {
    expect(bounded("x".repeat(4096))).toHaveLength(4096);
    expect(bounded("x".repeat(1_000_000))).toHaveLength(4096);
    expect(bounded(undefined)).toBeUndefined();
    expect(commOf("x".repeat(1_000_000))).toHaveLength(15);
    expect(commOf("sh")).toBe("sh");
  });
});
