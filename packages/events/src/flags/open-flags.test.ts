import { describe, expect, it } from "vitest";
import {
  openFlagNames,
  opensDirectory,
  opensForReading,
  opensForWriting,
  opensToCreate,
} from "./open-flags.ts";

describe("openFlagNames", () => {
  it.each([
    [0, "O_RDONLY"],
    [0o2000000, "O_RDONLY|O_CLOEXEC"],
    [0o1101, "O_TRUNC|O_CREAT|O_WRONLY"],
    [0o2201102, "O_DIRECTORY|O_TRUNC|O_CREAT|O_RDWR|O_CLOEXEC"],
    [0o4000000, "O_RDONLY"],
    [0o100000, "O_LARGEFILE|O_RDONLY"],
    [0o4010000, "O_SYNC|O_DSYNC|O_RDONLY"],
    [0o10000, "O_DSYNC|O_RDONLY"],
    [0o20200002, "O_DIRECTORY|O_RDWR|O_TMPFILE"],
    [3, "O_RDWR"],
  ])("of %o is %s", (flags, names) => {
    expect(openFlagNames(flags, "x64")).toBe(names);
  });

  it("knows that three numbers are others on arm64", () => {
    expect(openFlagNames(0o40000, "arm64")).toBe("O_DIRECTORY|O_RDONLY");
    expect(openFlagNames(0o40000, "x64")).toBe("O_DIRECT|O_RDONLY");
    expect(openFlagNames(0o200000, "arm64")).toBe("O_DIRECT|O_RDONLY");
    expect(openFlagNames(0o400000, "arm64")).toBe("O_LARGEFILE|O_RDONLY");
  });
});

describe("what an open does", () => {
  it.each([
    [0o0, true, false],
    [0o1, false, true],
    [0o2, true, true],
  ])("with access mode %o reads: %s, writes: %s", (flags, reads, writes) => {
    expect([opensForReading(flags), opensForWriting(flags)]).toEqual([reads, writes]);
  });

  it("creates with O_CREAT and O_TMPFILE, which looks like a directory and is none", () => {
    expect([opensToCreate(0o100), opensToCreate(0o20200000, "x64"), opensToCreate(0o200000, "x64")]).toEqual([
      true,
      true,
      false,
    ]);
    expect([opensDirectory(0o200000, "x64"), opensDirectory(0o20200000, "x64")]).toEqual([true, false]);
    expect([opensDirectory(0o40000, "arm64"), opensDirectory(0o40000, "x64")]).toEqual([true, false]);
  });
});
