import { describe, expect, it } from "vitest";
import type { Fields } from "../../events/test/message.ts";
import type { TrackedEvent } from "../src/index.ts";
import { type Context, failed, first, returned, Simulation, sysno, thread } from "./simulate.ts";

const cloexec = 0o2000000;
/** Numbers on x86-64. */
const number = {
  ...sysno,
  close: 3n,
  mmap: 9n,
  socket: 41n,
  listen: 50n,
  fcntl: 72n,
  epoll_create: 213n,
  unshare: 272n,
  signalfd4: 289n,
  eventfd2: 290n,
  epoll_create1: 291n,
  fsync: 74n,
  memfd_create: 319n,
  pidfd_open: 434n,
  close_range: 436n,
  openat2: 437n,
  pidfd_getfd: 438n,
} as const;
/** What lies in the upper half of a register that holds an int. */
const garbage = 0xdead_beef_0000_0000n;

class RawSimulation extends Simulation {
  raw(
    call: keyof typeof number,
    registers: readonly (number | bigint)[],
    exit?: Fields,
    from?: Context,
  ): TrackedEvent {
    const [arg1, arg2, arg3, arg4, arg5] = [...registers, 0, 0, 0, 0, 0].map((each) =>
      BigInt.asUintN(64, BigInt(each)),
    );
    const fields = {
      sysno: number[call],
      arg1,
      arg2,
      arg3,
      arg4,
      arg5,
      ...(exit === undefined ? {} : { exit }),
    };
    return this.send("SYSCALL_RAW", from ?? first, fields);
  }

  /** Enter and exit. */
  rawCall(
    call: keyof typeof number,
    registers: readonly (number | bigint)[],
    exit: Fields,
    from?: Context,
  ): TrackedEvent {
    this.raw(call, registers, undefined, from);
    return this.raw(call, registers, exit, from);
  }

  numbers(from: Context = first): readonly number[] {
    return [...(this.process(from)?.descriptors() ?? [])].map(([fd]) => fd).sort((a, b) => a - b);
  }
}

function started(...open: readonly number[]): RawSimulation {
  const box = new RawSimulation();
  box.start();
  for (const fd of open) box.openat(first, `/${fd}`, fd);
  return box;
}

describe("raw closes", () => {
  it("close, and have their descriptor on enter and exit", () => {
    const box = started(3, 4);
    expect(box.raw("close", [garbage | 3n])).toMatchObject({ fdNumber: 3, fd: { name: "/3" } });
    expect(box.raw("close", [garbage | 3n], returned())).toMatchObject({ fdNumber: 3, fd: { name: "/3" } });
    expect(box.numbers()).toEqual([4]);
    box.rawCall("close", [4], failed(9));
    expect(box.numbers()).toEqual([4]);
    box.raw("close", [4], failed(4));
    expect(box.numbers(), "by the exit alone, also where interrupted").toEqual([]);
    expect(box.rawCall("close", [-1], failed(9))).toMatchObject({ fdNumber: -1, fd: undefined });
  });

  it("do not close what another thread has opened under the number meanwhile", () => {
    const box = started(3);
    box.clone(first, 2, 1);
    box.raw("close", [3]);
    box.openat(thread(2, 1), "/new", 3);
    expect(box.raw("close", [3], returned()).fd?.name).toBe("/3");
    expect(box.descriptor(first, 3)?.name).toBe("/new");
  });

  it("that are told decoded as well are done once", () => {
    for (const decodedEnter of [true, false]) {
      const box = started(3);
      box.clone(first, 2, 1);
      const close = { fd: 3n, fdPath: "/3" };
      box.raw("close", [3]);
      if (decodedEnter) expect(box.send("SYSCALL_CLOSE", first, close).fd?.name).toBe("/3");
      expect(box.raw("close", [3], returned()).fd?.name).toBe("/3");
      box.openat(thread(2, 1), "/new", 3);
      const exit = { fd: 3n, fdPath: "[err: FD not found]", exit: returned() };
      expect(box.send("SYSCALL_CLOSE", first, exit).fd?.name).toBe("/3");
      expect(box.descriptor(first, 3)?.name).toBe("/new");
    }
  });
});

describe("close_range", () => {
  it("closes a range, or marks it to be closed on exec", () => {
    const box = started(3, 4, 5, 9, 300);
    box.rawCall("close_range", [4, 9], failed(22));
    expect(box.numbers()).toHaveLength(5);
    box.rawCall("close_range", [4, 9, 0], returned());
    expect(box.numbers()).toEqual([3, 300]);
    box.rawCall("close_range", [4, 0xffff_ffff, 4], returned());
    expect([3, 300].map((fd) => box.descriptor(first, fd)?.closeOnExec)).toEqual([false, true]);
    box.rawCall("close_range", [0, 0xffff_ffff], returned());
    expect(box.numbers()).toEqual([]);
  });

  it("unshares the table where it is told to", () => {
    const box = started(3, 4);
    box.clone(first, 2, 2, 0x400n);
    box.rawCall("close_range", [4, 4, 2], returned(), thread(2));
    expect([box.numbers(first), box.numbers(thread(2))]).toEqual([[3, 4], [3]]);
  });

  it("costs as little in a large table as in a small one", { timeout: 20_000 }, () => {
    const box = started();
    for (let fd = 0; fd < 16_000; fd++) box.rawCall("dup2", [0, fd], returned(fd));
    for (let fd = 0; fd < 16_000; fd++) box.openat(first, "/x", fd);
    for (let i = 0; i < 20_000; i++) {
      box.raw("close_range", [20_000, 0xffff_ffff], returned());
      box.raw("close", [i % 16_000], returned());
    }
    expect(box.numbers()).toHaveLength(0);
  });
});

describe("raw dups and fcntl", () => {
  it("stand for the same", () => {
    const box = started(3);
    expect(box.rawCall("dup", [3], returned(4))).toMatchObject({ fdNumber: 4, fd: { name: "/3" } });
    box.rawCall("dup2", [3, 7], returned(7));
    box.rawCall("dup3", [3, 8, cloexec], returned(8));
    box.rawCall("fcntl", [3, 1030, 10], returned(10));
    box.rawCall("fcntl", [7, 2, 1], returned());
    const marks = [4, 7, 8, 10].map((fd) => box.descriptor(first, fd)?.closeOnExec);
    expect(marks).toEqual([false, true, true, true]);
    expect(box.rawCall("dup2", [3, 3], returned(3))).toMatchObject({ fdNumber: 3, fd: { name: "/3" } });
    expect(box.rawCall("dup", [3], failed(24))).toMatchObject({ fdNumber: -24, fd: undefined });
  });

  it("told decoded as well come to the same", () => {
    const box = started(3);
    box.raw("dup2", [3, 4]);
    box.send("SYSCALL_DUP", first, { sysno: sysno.dup2, oldFd: 3, newFd: 4, fdPath: "/real/3" });
    box.raw("dup2", [3, 4], returned(4));
    const exit = { sysno: sysno.dup2, oldFd: 3, newFd: 4, fdPath: "/real/3", exit: returned(4) };
    expect(box.send("SYSCALL_DUP", first, exit).fd).toMatchObject({ name: "/3", fdPath: "/real/3" });
  });
});

describe("raw calls that make a descriptor", () => {
  it("tell what it is, and not its name", () => {
    const box = started();
    const kinds = (
      [
        ["socket", [2, 1 | cloexec]],
        ["epoll_create", [1]],
        ["epoll_create1", [cloexec]],
        ["eventfd2", [0, cloexec]],
        ["signalfd4", [-1, 0, 8, cloexec]],
        ["memfd_create", [0, 1]],
        ["pidfd_open", [17]],
        ["openat", [-100, 0, cloexec | 0o200000]],
        ["open", [0, 2]],
        ["openat2", [-100, 0, 0, 24]],
      ] as const
    ).map(([call, registers], i) => {
      const { fd } = box.rawCall(call, registers, returned(3 + i));
      return [fd?.kind, fd?.name, fd?.closeOnExec];
    });
    expect(kinds).toEqual([
      ["ipv4", "", true],
      ["eventpoll", "", false],
      ["eventpoll", "", true],
      ["eventfd", "", true],
      ["signalfd", "", true],
      ["memfd", "", true],
      ["pidfd", "/proc/17", true],
      ["directory", "", true],
      ["file", "", false],
      ["file", "", false],
    ]);
    expect(box.rawCall("socket", [2, 1], failed(97))).toMatchObject({ fdNumber: -97, fd: undefined });
  });

  it("get their name from gVisor, once it tells", () => {
    const box = started();
    box.rawCall("memfd_create", [0, 0], returned(3));
    box.rawCall("openat2", [-100, 0, 0, 24], returned(4));
    const read = (fd: number, fdPath: string): unknown =>
      box.send("SYSCALL_READ", first, { sysno: sysno.read, fd: BigInt(fd), fdPath }).fd?.name;
    expect([read(3, "/memfd:x (deleted)"), read(4, "/etc/passwd")]).toEqual([
      "/memfd:x (deleted)",
      "/etc/passwd",
    ]);
  });

  it("told decoded as well have all that this tells", () => {
    const box = started();
    const open = { sysno: sysno.openat, fd: -100n, pathname: "/etc/passwd", flags: 0 };
    box.raw("openat", [-100, 0x7ff0]);
    box.send("SYSCALL_OPEN", first, open);
    box.raw("openat", [-100, 0x7ff0], returned(3));
    box.send("SYSCALL_OPEN", first, { ...open, exit: returned(3) });
    expect(box.descriptor(first, 3)?.name).toBe("/etc/passwd");
  });

  it("replace what had the number, also where nothing is known of it", () => {
    const box = started(3);
    expect(box.rawCall("pidfd_getfd", [4, 5], returned(3))).toMatchObject({ fdNumber: 3, fd: undefined });
    expect(box.numbers()).toEqual([]);
  });
});

describe("raw sockets", () => {
  it("listen and are accepted from, without addresses", () => {
    const box = started();
    box.rawCall("socket", [2, 1], returned(3));
    box.rawCall("listen", [3, 5], failed(95));
    expect(box.descriptor(first, 3)?.socket?.listening).toBe(false);
    expect(box.rawCall("listen", [3, 5], returned()).fd?.socket?.listening).toBe(true);
    expect(box.raw("accept4", [3, 0, 0, cloexec])).toMatchObject({ fdNumber: 3, fd: { kind: "ipv4" } });
    expect(box.raw("accept4", [3, 0, 0, cloexec], returned(4))).toMatchObject({
      fdNumber: 4,
      fd: { kind: "ipv4", closeOnExec: true, socket: { role: "server", listening: false, protocol: "tcp" } },
    });
  });
});

describe("other raw calls", () => {
  it("are about the descriptor that they take", () => {
    const box = started(3);
    expect(box.raw("fsync", [3])).toMatchObject({ fdNumber: 3, fd: { name: "/3" } });
    expect(box.raw("mmap", [0, 4096, 1, 2, 3], returned(1n << 40n))).toMatchObject({ fdNumber: 3 });
    expect(box.raw("mmap", [0, 4096, 1, 34, -1], returned(1n << 40n))).toMatchObject({
      fdNumber: -1,
      fd: undefined,
    });
    expect(box.send("SYSCALL_RAW", first, { sysno: 39n })).toMatchObject({ fdNumber: undefined });
    expect(box.send("SYSCALL_RAW", first, { sysno: 9_999n, arg1: 3n })).toMatchObject({
      fdNumber: undefined,
    });
  });

  it("unshare the table", () => {
    const box = started(3);
    box.clone(first, 2, 1);
    box.rawCall("unshare", [0x400], failed(1), thread(2, 1));
    box.openat(thread(2, 1), "/shared", 4);
    box.rawCall("unshare", [0x20000], returned(), thread(2, 1));
    box.openat(thread(2, 1), "/shared too", 5);
    box.rawCall("unshare", [0x400], returned(), thread(2, 1));
    box.openat(thread(2, 1), "/own", 6);
    box.rawCall("unshare", [0x400], returned(), thread(2, 1));
    expect(box.numbers()).toEqual([3, 4, 5]);
    expect(box.raw("fsync", [6], undefined, thread(2, 1)).fd?.name).toBe("/own");
    box.clone(first, 7, 7, 0x400n);
    box.exit(thread(2, 1));
    box.rawCall("unshare", [0x400], returned());
    box.openat(first, "/mine", 8);
    expect([box.numbers(), box.numbers(thread(7))]).toEqual([
      [3, 4, 5, 8],
      [3, 4, 5],
    ]);
  });
});

describe("a raw execve", () => {
  it("closes what is to be closed, and leaves unknown which program it is", () => {
    const box = started(3);
    box.openat(first, "/x", 4, cloexec);
    box.rawCall("execve", [1, 2, 3], failed(2));
    expect(box.numbers()).toEqual([3, 4]);
    expect(box.process(first)?.exe).toBe("/bin/sh");
    box.rawCall("execve", [1, 2, 3], returned());
    expect(box.numbers()).toEqual([3]);
    expect(box.process(first)).toMatchObject({ exe: undefined, exepath: undefined, args: undefined });
  });

  it("is known by what the Sentry or a decoded message tells of it", () => {
    const exec = { sysno: sysno.execve, pathname: "/bin/ls", argv: ["ls"] };
    const told = { binaryPath: "/usr/bin/ls", argv: ["ls"] };
    const box = started();
    box.raw("execve", [1]);
    box.send("SYSCALL_EXECVE", first, exec);
    box.raw("execve", [1], returned());
    box.send("SYSCALL_EXECVE", first, { ...exec, exit: returned() });
    expect(box.process(thread(1, 1, { processName: "ls" }))).toMatchObject({ exepath: "/bin/ls" });
    for (const decoded of [true, false]) {
      const other = started();
      other.raw("execve", [1]);
      if (decoded) other.send("SYSCALL_EXECVE", first, exec);
      other.send("SENTRY_EXEC", first, told);
      other.raw("execve", [1], returned());
      if (decoded) other.send("SYSCALL_EXECVE", first, { ...exec, exit: returned() });
      expect(other.process(thread(1, 1, { processName: "ls" }))).toMatchObject({ exepath: "/usr/bin/ls" });
    }
  });
});

it("a raw chdir leaves unknown where it led to, unless the context tells", () => {
  const bare = { threadId: 1, threadGroupId: 1 };
  const chdir = (sysnoOf: "chdir" | "fchdir", fd: number, from: Context): unknown => {
    const box = new RawSimulation();
    box.send("CONTAINER_START", bare, { id: "c1", args: ["sh"], cwd: "/home" });
    box.openat(bare, "/srv", 5, 0o200000);
    return box.rawCall(sysnoOf, [fd], returned(), from).thread?.process.cwd;
  };
  expect(chdir("chdir", 0, bare)).toBeUndefined();
  expect(chdir("chdir", 0, { ...bare, cwd: "/there" })).toBe("/there");
  expect(chdir("fchdir", 5, bare)).toBe("/srv");
  expect(chdir("fchdir", 6, bare)).toBeUndefined();
});
