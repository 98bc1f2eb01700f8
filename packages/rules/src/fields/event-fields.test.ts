import { describe, expect, test } from "vitest";
import { makeRawCall } from "../../test/raw-call.ts";
import { readField } from "../../test/reads.ts";
import { makeDescriptor, makeEvent, makeOpen } from "../../test/tracked-event.ts";

const oCreat = 0o100;
const oExcl = 0o200;
const oTmpfile = 0o20200000;
const sysOpen = 2;
const sysFchmod = 91;

describe("opens", () => {
  test.each([
    ["O_CREAT alone", oCreat, false],
    ["O_EXCL alone", oExcl, false],
    ["both", oCreat | oExcl, true],
    ["O_TMPFILE", oTmpfile, true],
    ["O_DIRECTORY, a part of that", 0o200000, false],
  ])("surely create their file with %s: %s", (_, flags, expected) => {
    expect(readField("evt.is_open_create", makeOpen({}, flags))).toBe(expected);
  });

  test("that failed have created nothing", () => {
    const failed = makeOpen({ failed: true, errno: 17, result: -17 }, oCreat | oExcl);
    expect(readField("evt.is_open_create", failed)).toBe(false);
  });

  test("may create an executable file where they create at all", () => {
    const open = (flags: number) =>
      makeEvent("openat", { fd: 3, dirfd: -100, name: "/x", flags, mode: 0o755 }, { result: 3 });
    expect(readField("evt.is_open_exec", open(0))).toBe(false);
    expect(readField("evt.is_open_exec", open(oCreat))).toBe(true);
    expect(readField("evt.is_open_exec", open(oTmpfile))).toBe(true);
    const creat = makeEvent("creat", { fd: 3, dirfd: -100, name: "/x", flags: 0, mode: 0o100 });
    expect(readField("evt.is_open_exec", creat)).toBe(true);
  });

  test("that come raw tell their flags", () => {
    const open = (flags: number) => makeRawCall(sysOpen, [0x7000n, BigInt(flags), 0o711n], { result: 3 });
    expect(readField("evt.is_open_read", open(0))).toBe(true);
    expect(readField("evt.is_open_write", open(0))).toBe(false);
    expect(readField("evt.is_open_write", open(1))).toBe(true);
    expect(readField("evt.is_open_exec", open(oCreat))).toBe(true);
    expect(readField("evt.is_open_create", open(oCreat | oExcl))).toBe(true);
  });
});

test("fs.path.name of a call on a descriptor is that of its file, where it succeeded", () => {
  const changed = Object.assign(makeRawCall(sysFchmod, [3n, 0o4755n]), { fd: makeDescriptor(), fdNumber: 3 });
  expect(readField("fs.path.name", changed)).toBe("/etc/shadow");
  expect(readField("fs.path.nameraw", changed)).toBe("/etc/shadow");
  const failed = Object.assign(makeRawCall(sysFchmod, [3n], { result: -1 }), { fd: makeDescriptor() });
  expect(readField("fs.path.name", failed)).toBeNull();
});
