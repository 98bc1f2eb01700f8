import { describe, expect, it } from "vitest";
import { cloneFlagNames, clonesFiles, clonesThread } from "./clone-flags.ts";

describe("clone flags", () => {
  it("have names, without the signal in the low byte", () => {
    expect(cloneFlagNames(18874385)).toBe("CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID");
    expect(cloneFlagNames(17)).toBe("");
    expect(cloneFlagNames(0x80000000)).toBe("CLONE_IO");
  });

  it("say what is shared", () => {
    expect([clonesThread(0x10000), clonesThread(17)]).toEqual([true, false]);
    expect([clonesFiles(0x400), clonesFiles(0x100)]).toEqual([true, false]);
  });
});
