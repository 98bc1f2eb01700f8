import { describe, expect, it } from "vitest";
import { cloexec, read, started } from "./descriptor-steps.ts";
import { failed, first, returned, type Simulation, sysno, thread } from "./simulate.ts";

describe("opens", () => {
  it("make a descriptor of the absolute path", () => {
    const box = started();
    const event = box.openat(thread(1, 1, { cwd: "/a/b" }), "../c/./d", 3, cloexec);
    expect(event).toMatchObject({ fdNumber: 3, fd: { kind: "file", name: "/a/c/d", closeOnExec: true } });
    expect(read(box, 3)).toMatchObject({ fdNumber: 3, fd: { name: "/a/c/d", flags: cloexec } });
  });

  it("that failed make none, and have the negated errno", () => {
    const box = started();
    const fields = { sysno: sysno.openat, fd: -100n, pathname: "/etc/shadow" };
    expect(box.call("SYSCALL_OPEN", first, fields, failed(13))).toMatchObject({
      fdNumber: -13,
      fd: undefined,
    });
    expect(box.descriptor(first, 0)).toBeUndefined();
    expect(box.descriptor(first, -13)).toBeUndefined();
  });

  it("relative to a descriptor take its path from the event, else from the table, and never the working directory", () => {
    const box = started();
    const at = (fd: bigint, fdPath: string): string | undefined =>
      box.call("SYSCALL_OPEN", first, { sysno: sysno.openat, fd, fdPath, pathname: "x" }, returned(9)).fd
        ?.name;
    box.openat(first, "/dir", 4, 0o200000);
    expect(at(4n, "/real/dir")).toBe("/real/dir/x");
    expect(at(4n, "")).toBe("/dir/x");
    expect(at(5n, ""), "of no known directory").toBe("<UNKNOWN>/x");
    expect(at(5n, "[err: FD not found]")).toBe("<UNKNOWN>/x");
  });

  it("of directories are told by their flag, which depends on the architecture", () => {
    const box = started();
    expect(box.openat(first, "/dir", 3, 0o200000).fd?.kind).toBe("directory");
    expect(box.openat(first, "/tmp", 4, 0o20200002).fd?.kind, "O_TMPFILE").toBe("file");
    Object.assign(box.sandbox, { arch: "arm64" });
    const arm = { sysno: 56n, fd: -100n, pathname: "/dir", flags: 0o40000 };
    expect(box.call("SYSCALL_OPEN", first, arm, returned(5)).fd?.kind).toBe("directory");
  });

  it("keep their flags, of a path alone (O_PATH) as well", () => {
    const box = started();
    const oPath = 0o10000000;
    expect(box.openat(first, "/x", 3, oPath | cloexec).fd).toMatchObject({
      kind: "file",
      name: "/x",
      flags: oPath | cloexec,
      closeOnExec: true,
    });
  });

  it("have the path that was there on entry: another thread may have changed it by the exit", () => {
    const box = started();
    const open = { sysno: sysno.openat, fd: -100n };
    box.send("SYSCALL_OPEN", first, { ...open, pathname: "/etc/shadow" });
    const event = box.send("SYSCALL_OPEN", first, { ...open, pathname: "/tmp/harmless", exit: returned(3) });
    expect(event.fd?.name).toBe("/etc/shadow");
    const alone = box.send("SYSCALL_OPEN", first, { ...open, pathname: "/tmp/x", exit: returned(4) });
    expect(alone.fd?.name, "of this call only").toBe("/tmp/x");
  });

  it("mark their enter with the thread", () => {
    const box = started();
    const enter = box.send("SYSCALL_OPEN", first, { sysno: sysno.openat, fd: -100n, pathname: "/x" });
    expect(enter).toMatchObject({
      direction: "enter",
      thread: { tid: 1 },
      fd: undefined,
      fdNumber: undefined,
    });
  });
});

describe("closes", () => {
  it("have their descriptor on enter and exit, and then it is gone", () => {
    const box = started();
    box.openat(first, "/x", 3);
    expect(box.send("SYSCALL_CLOSE", first, { fd: 3n, fdPath: "/x" }).fd?.name).toBe("/x");
    const gone = { fd: 3n, fdPath: "[err: FD not found]", exit: returned() };
    expect(box.send("SYSCALL_CLOSE", first, gone)).toMatchObject({ fdNumber: 3, fd: { name: "/x" } });
    expect(box.descriptor(first, 3)).toBeUndefined();
  });

  it("are known by their exit alone", () => {
    const box = started();
    box.openat(first, "/x", 3);
    const exit = box.send("SYSCALL_CLOSE", first, { fd: 3n, exit: returned() });
    expect(exit.fd?.name).toBe("/x");
    expect(box.descriptor(first, 3)).toBeUndefined();
  });

  it("close even when interrupted, but not what is not open", () => {
    const box = started();
    box.openat(first, "/x", 3);
    box.send("SYSCALL_CLOSE", first, { fd: 3n, exit: failed(9) });
    expect(box.descriptor(first, 3)?.name).toBe("/x");
    box.send("SYSCALL_CLOSE", first, { fd: 3n, exit: failed(4) });
    expect(box.descriptor(first, 3)).toBeUndefined();
  });

  it("do not close what another thread has opened under the number meanwhile", () => {
    const box = started();
    box.clone(first, 2, 1);
    box.openat(first, "/old", 3);
    box.send("SYSCALL_CLOSE", first, { fd: 3n });
    box.openat(thread(2, 1), "/new", 3);
    expect(box.send("SYSCALL_CLOSE", first, { fd: 3n, exit: returned() }).fd?.name).toBe("/old");
    expect(box.descriptor(first, 3)?.name).toBe("/new");
  });

  it("of nothing are harmless", () => {
    const box = started();
    const event = box.call("SYSCALL_CLOSE", first, { fd: -1n }, failed(9));
    expect(event).toMatchObject({ fdNumber: -1, fd: undefined });
  });
});

describe("dups", () => {
  const dup = (box: Simulation, fields: object, exit: object): ReturnType<Simulation["send"]> =>
    box.call("SYSCALL_DUP", first, { ...fields }, { ...exit });

  it("stand for the same, and do not inherit close-on-exec", () => {
    const box = started();
    box.openat(first, "/x", 3, cloexec);
    expect(dup(box, { sysno: sysno.dup, oldFd: 3 }, returned(4))).toMatchObject({
      fdNumber: 4,
      fd: { name: "/x", closeOnExec: false, flags: cloexec },
    });
    dup(box, { sysno: sysno.dup3, oldFd: 3, newFd: 5, flags: cloexec }, returned(5));
    expect(box.descriptor(first, 5)).toMatchObject({ name: "/x", closeOnExec: true });
    expect(box.descriptor(first, 3)?.closeOnExec).toBe(true);
  });

  it("replace what was there", () => {
    const box = started();
    box.openat(first, "/a", 3);
    box.openat(first, "/b", 4);
    dup(box, { sysno: sysno.dup2, oldFd: 3, newFd: 4 }, returned(4));
    expect(box.descriptor(first, 4)?.name).toBe("/a");
    dup(box, { sysno: sysno.dup2, oldFd: 77, newFd: 4 }, returned(4));
    expect(box.descriptor(first, 4), "with something not known").toBeUndefined();
  });

  it("of something not seen opened tell it by its name", () => {
    const box = started();
    const event = dup(box, { sysno: sysno.dup2, oldFd: 9, newFd: 1, fdPath: "socket:[4]" }, returned(1));
    expect(event.fd).toMatchObject({ fdPath: "socket:[4]", socket: {} });
  });

  it("onto itself changes nothing, not even close-on-exec", () => {
    const box = started();
    box.openat(first, "/x", 3, cloexec);
    const event = dup(box, { sysno: sysno.dup2, oldFd: 3, newFd: 3 }, returned(3));
    expect(event).toMatchObject({ fdNumber: 3, fd: { name: "/x", closeOnExec: true } });
  });

  it("that failed change nothing", () => {
    const box = started();
    box.openat(first, "/a", 3);
    expect(dup(box, { sysno: sysno.dup, oldFd: 3 }, failed(24))).toMatchObject({
      fdNumber: -24,
      fd: undefined,
    });
  });
});

describe("fcntl", () => {
  const fcntl = (box: Simulation, cmd: number, args: number, exit: object): ReturnType<Simulation["send"]> =>
    box.call("SYSCALL_FCNTL", first, { fd: 3, cmd, args: BigInt(args) }, { ...exit });

  it("duplicates", () => {
    const box = started();
    box.openat(first, "/x", 3);
    expect(fcntl(box, 0, 10, returned(10))).toMatchObject({ fdNumber: 10, fd: { closeOnExec: false } });
    expect(fcntl(box, 1030, 10, returned(11))).toMatchObject({ fdNumber: 11, fd: { closeOnExec: true } });
    expect(box.descriptor(first, 11)?.name).toBe("/x");
  });

  it("sets close-on-exec, unless it failed", () => {
    const box = started();
    box.openat(first, "/x", 3);
    fcntl(box, 2, 1, failed(9));
    expect(box.descriptor(first, 3)?.closeOnExec).toBe(false);
    expect(fcntl(box, 2, 1, returned()).fd?.closeOnExec).toBe(true);
    fcntl(box, 2, 0, returned());
    expect(box.descriptor(first, 3)?.closeOnExec).toBe(false);
  });

  it("of other commands is about the descriptor", () => {
    const box = started();
    box.openat(first, "/x", 3);
    expect(fcntl(box, 3, 0, returned(1))).toMatchObject({ fdNumber: 3, fd: { name: "/x" } });
  });
});

describe("pairs", () => {
  it("are known by both numbers, on their exit", () => {
    const box = started();
    box.send("SYSCALL_PIPE", first, { sysno: sysno.pipe2, flags: cloexec });
    const pipe = { sysno: sysno.pipe2, flags: cloexec, reader: 3, writer: 4, exit: returned() };
    expect(box.send("SYSCALL_PIPE", first, pipe)).toMatchObject({
      fdNumber: 4,
      fd: { kind: "pipe", name: "" },
    });
    expect([box.descriptor(first, 3)?.flags, box.descriptor(first, 4)?.flags], "to read, to write").toEqual([
      cloexec,
      cloexec | 1,
    ]);
    expect(box.descriptor(first, 4)).toMatchObject({ kind: "pipe", closeOnExec: true });
    box.send("SYSCALL_SOCKETPAIR", first, { domain: 1, type: 1, socket1: 5, socket2: 6, exit: returned() });
    expect(box.descriptor(first, 6)).toMatchObject({ kind: "unix", closeOnExec: false });
  });

  it("that failed are not", () => {
    const box = started();
    box.send("SYSCALL_PIPE", first, { sysno: sysno.pipe, exit: failed(24) });
    expect(box.descriptor(first, 0)).toBeUndefined();
  });
});

describe("the others", () => {
  it("make what they are called", () => {
    const box = started();
    const kinds = [
      box.send("SYSCALL_EVENTFD", first, { sysno: 290n, flags: cloexec, exit: returned(3) }),
      box.send("SYSCALL_SIGNALFD", first, { sysno: 289n, fd: -1, exit: returned(4) }),
      box.send("SYSCALL_TIMERFD_CREATE", first, { sysno: 283n, exit: returned(5) }),
      box.send("SYSCALL_INOTIFY_INIT", first, { sysno: 294n, exit: returned(6) }),
    ].map(({ fd, fdNumber }) => [fdNumber, fd?.kind, fd?.closeOnExec]);
    expect(kinds).toEqual([
      [3, "eventfd", true],
      [4, "signalfd", false],
      [5, "timerfd", false],
      [6, "inotify", false],
    ]);
    expect(box.send("SYSCALL_INOTIFY_ADD_WATCH", first, { fd: 6, exit: returned(1) }).fd?.kind).toBe(
      "inotify",
    );
    const again = box.send("SYSCALL_SIGNALFD", first, {
      sysno: 289n,
      fd: 4,
      flags: cloexec,
      exit: returned(4),
    });
    expect(again, "which is changed, but for its flags").toMatchObject({
      fdNumber: 4,
      fd: { kind: "signalfd", closeOnExec: false },
    });
    expect(box.send("SYSCALL_MMAP", first, { fd: -1n, exit: returned(1) })).toMatchObject({ fd: undefined });
  });
});
