import { describe, expect, it } from "vitest";
import { TraceError } from "./trace-error.ts";

describe("TraceError", () => {
  it("keeps code, message and cause", () => {
    const cause = new Error("underneath");
    const error = new TraceError("ERR_SOCKET", "the socket failed", { cause });
    expect(error).toMatchObject({
      name: "TraceError",
      code: "ERR_SOCKET",
      message: "the socket failed",
      cause,
    });
    expect(error).toBeInstanceOf(Error);
    expect(error.stack).toContain("trace-error.test");
  });

  it("is known across copies of this package", async () => {
    // A query makes the module load a second time.
    const copy: typeof import("./trace-error.ts") = await import(`./trace-error.ts${"?copy"}`);
    expect(copy.TraceError).not.toBe(TraceError);
    expect(new copy.TraceError("ERR_CLOSED", "closed") instanceof TraceError).toBe(true);
    expect(new TraceError("ERR_CLOSED", "closed") instanceof copy.TraceError).toBe(true);
  });

  it.each([new Error("plain"), { code: "ERR_CLOSED" }, null, undefined, "ERR_CLOSED", 1])(
    "is not %s",
    (value) => {
      expect(value instanceof TraceError).toBe(false);
    },
  );

  it("shows no brand to whoever prints or serializes it", () => {
    expect(Object.keys(new TraceError("ERR_CLOSED", "closed")).sort()).toEqual(["code", "name"]);
    expect(Object.getOwnPropertySymbols({ ...new TraceError("ERR_CLOSED", "closed") })).toEqual([]);
  });
});
