import type { SyscallRaw } from "@sentrytap/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { box, message } from "../test/message.ts";
import { normalize } from "./normalize.ts";
import { rawSyscallName, type SyscallArgs, syscallArgs, syscallCategory } from "./syscall-args.ts";

const minusOne = 0xffff_ffff_ffff_ffffn;
/** What is left in a register that a call does not take. */
const garbage = 0xdead_beef_dead_beefn;

function raw(sysno: number, registers: readonly bigint[], arch: "x64" | "arm64" = "x64"): SyscallRaw {
  const [arg1, arg2, arg3, arg4, arg5, arg6] = [...registers, ...Array<bigint>(6).fill(garbage)];
  const made = message(
    "SYSCALL_RAW",
    { sysno: BigInt(sysno), arg1, arg2, arg3, arg4, arg5, arg6 },
    { ...box, arch },
  );
  if (made.messageType !== 6) throw new Error("not a raw call");
  return made;
}

function args(sysno: number, registers: readonly bigint[], arch: "x64" | "arm64" = "x64"): SyscallArgs {
  return syscallArgs(raw(sysno, registers, arch), 0);
}

describe("syscallArgs", () => {
  it.each<readonly [name: string, sysno: number, registers: readonly bigint[], params: object]>([
    ["kill", 62, [7n, 9n], { pid: 7, sig: 9 }],
    ["kill", 62, [minusOne, 15n], { pid: -1, sig: 15 }],
    ["kill", 62, [0xffff_fffen, 0n], { pid: -2, sig: 0 }],
    ["getpid", 39, [], {}],
    ["exit_group", 231, [0n], { status: 0 }],
    ["close", 3, [minusOne], { fd: -1 }],
    [
      "openat",
      257,
      [4294967196n, 0x7ffe_0000_1000n, 0o101n, 0o644n],
      {
        dirfd: -100,
        name: 0x7ffe_0000_1000n,
        flags: 0o101,
        mode: 0o644,
      },
    ],
    ["lseek", 8, [3n, minusOne - 9n, 1n], { fd: 3, offset: -10, whence: 1 }],
    ["read", 0, [3n, 0x1000n, minusOne], { fd: 3, data: 0x1000n, size: 2 ** 64 }],
    ["close_range", 436, [3n, 0xffff_ffffn, 4n], { first: 3, last: 0xffff_ffff, flags: 4 }],
    ["setreuid", 113, [0xffff_ffffn, 1000n], { ruid: -1, euid: 1000 }],
    ["chown", 92, [1n, 4294967294n, 0xffff_ffffn], { path: 1n, uid: 4294967294, gid: -1 }],
    [
      "mmap",
      9,
      [0n, 4096n, 3n, 0x22n, 0xffff_ffffn, 0n],
      {
        addr: 0n,
        length: 4096,
        prot: 3,
        flags: 0x22,
        fd: -1,
        offset: 0,
      },
    ],
    [
      "reboot",
      169,
      [0xfee1deadn, 672274793n, 0x4321fedcn, 0n],
      {
        magic: 0xfee1dead,
        magic2: 672274793,
        op: 0x4321fedc,
        arg: 0n,
      },
    ],
    [
      "prctl",
      157,
      [4n, minusOne, 0n, 0n, 0n],
      {
        option: 4,
        arg2_int: minusOne,
        arg3: 0n,
        arg4: 0n,
        arg5: 0n,
      },
    ],
    ["preadv2", 327, [3n, 1n, 2n, 4096n, garbage, 8n], { fd: 3, iov: 1n, iovcnt: 2, pos: 4096, flags: 8 }],
  ])("%s", (name, sysno, registers, params) => {
    expect(args(sysno, registers)).toEqual({ name, res: 0, params });
  });

  it("reads each architecture by its own numbers, and clone by its own order", () => {
    const registers = [0x11n, 1n, 2n, 3n, 4n];
    const same = { flags: 0x11, stack: 1n, parent_tid: 2n };
    expect(args(56, registers, "x64")).toMatchObject({
      name: "clone",
      params: { ...same, child_tid: 3n, tls: 4n },
    });
    expect(args(220, registers, "arm64")).toMatchObject({
      name: "clone",
      params: { ...same, tls: 3n, child_tid: 4n },
    });
    expect(args(67, [3n, 1n, 10n, 20n], "arm64")).toMatchObject({
      name: "pread",
      params: { fd: 3, data: 1n, size: 10, pos: 20 },
    });
  });

  it("hands on the registers of a call that it does not know", () => {
    expect(args(9999, [1n, 2n, 3n, 4n, 5n, minusOne])).toEqual({
      name: "syscall.9999",
      res: 0,
      params: { arg1: 1n, arg2: 2n, arg3: 3n, arg4: 4n, arg5: 5n, arg6: minusOne },
    });
  });

  it("makes no number that is not one, whatever the registers hold", () => {
    const register = fc.bigInt({ min: 0n, max: minusOne });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 480 }),
        fc.array(register, { minLength: 6, maxLength: 6 }),
        fc.constantFrom("x64", "arm64"),
        (sysno, registers, arch) => {
          const { params } = args(sysno, registers, arch);
          for (const value of Object.values(params)) {
            if (typeof value === "number") expect(value).toSatisfy(Number.isInteger);
            else expect(value).toBeTypeOf("bigint");
          }
        },
      ),
    );
  });
});

describe("an event of a raw call", () => {
  it("reads no register before its arguments are asked for", () => {
    const call = raw(62, [7n, 9n]);
    let reads = 0;
    const arg1 = { get: () => BigInt(++reads) };
    normalize(Object.defineProperties(call, { arg1 }), (event) => {
      const { type, direction, category, result, failed } = event;
      expect({ type, direction, category, result, failed }).toEqual({
        type: "syscall",
        direction: "enter",
        category: "signal",
        result: undefined,
        failed: false,
      });
      expect(rawSyscallName(call)).toBe("kill");
      expect(reads).toBe(0);
      expect(event.args).toEqual({ name: "kill", res: undefined, params: { pid: 1, sig: 9 } });
    });
  });
});

describe("rawSyscallName", () => {
  it("is the name that the arguments have", () => {
    for (const sysno of [0, 59, 334, 335, 400, 472, 9999]) {
      expect(rawSyscallName(raw(sysno, []))).toBe(args(sysno, []).name);
    }
  });
});

describe("syscallCategory", () => {
  it("is Falco's, other where Falco has none", () => {
    const categories = [0, 20, 62, 35, 7, 12, 16, 105, 426, 9999].map((sysno) =>
      syscallCategory(raw(sysno, [])),
    );
    expect(categories).toEqual([
      "io-read",
      "io-write",
      "signal",
      "sleep",
      "wait",
      "memory",
      "io-other",
      "user",
      "io-other",
      "other",
    ]);
  });
});
