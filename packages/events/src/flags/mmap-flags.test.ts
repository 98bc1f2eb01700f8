import { describe, expect, it } from "vitest";
import { mmapFlagNames, protectionNames } from "./mmap-flags.ts";

it.each([
  [0, "PROT_NONE"],
  [1, "PROT_READ"],
  [7, "PROT_READ|PROT_WRITE|PROT_EXEC"],
  [0x03000008, "PROT_SEM|PROT_GROWSDOWN|PROT_GROWSUP"],
])("protection %i is %s", (prot, names) => {
  expect(protectionNames(prot)).toBe(names);
});

describe("mmapFlagNames", () => {
  it.each([
    [0x22, "MAP_PRIVATE|MAP_ANONYMOUS"],
    [0x812, "MAP_PRIVATE|MAP_FIXED|MAP_DENYWRITE"],
    [0x20022, "MAP_PRIVATE|MAP_ANONYMOUS"],
    [
      0x1f970,
      "MAP_FIXED|MAP_ANONYMOUS|MAP_32BIT|MAP_NORESERVE|MAP_POPULATE|MAP_NONBLOCK|MAP_GROWSDOWN|MAP_DENYWRITE|MAP_EXECUTABLE|MAP_LOCKED",
    ],
    [0, ""],
  ])("%i is %s", (flags, names) => {
    expect(mmapFlagNames(flags, "x64")).toBe(names);
  });

  it("knows that x86 alone has MAP_32BIT", () => {
    expect(mmapFlagNames(0x42, "x64")).toBe("MAP_PRIVATE|MAP_32BIT");
    expect(mmapFlagNames(0x42, "arm64")).toBe("MAP_PRIVATE");
  });
});
