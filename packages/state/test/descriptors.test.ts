import { describe, expect, it } from "vitest";
import { type Context, failed, first, returned, Simulation, sysno, thread } from "./simulate.ts";

const cloexec = 0o2000000;

function started(): Simulation {
  const box = new Simulation();
  box.start();
  return box;
}

/** `struct sockaddr_in` of `port` on 10.0.0.`last`. */
function inet(port: number, last = 1): Uint8Array {
  return Uint8Array.of(2, 0, port >> 8, port & 0xff, 10, 0, 0, last, 0, 0, 0, 0, 0, 0, 0, 0);
}

function read(
  box: Simulation,
  fd: number,
  fdPath = "",
  context: Context = first,
): ReturnType<Simulation["send"]> {
  return box.call("SYSCALL_READ", context, { fd: BigInt(fd), fdPath }, returned(1));
}

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

describe("sockets", () => {
  const socket = (
    box: Simulation,
    domain: number,
    type: number,
    fd: number,
  ): ReturnType<Simulation["send"]> => box.call("SYSCALL_SOCKET", first, { domain, type }, returned(fd));
  const connect = (
    box: Simulation,
    fd: number,
    address: Uint8Array,
    exit: object,
  ): ReturnType<Simulation["send"]> =>
    box.call("SYSCALL_CONNECT", first, { fd: BigInt(fd), address }, { ...exit });

  it("have kind and protocol from their making", () => {
    const box = started();
    expect(socket(box, 2, 1 | cloexec, 3).fd).toMatchObject({
      kind: "ipv4",
      name: "",
      closeOnExec: true,
      socket: { protocol: "tcp", local: undefined, remote: undefined, role: undefined },
    });
    expect(socket(box, 10, 2, 4).fd).toMatchObject({ kind: "ipv6", socket: { protocol: "udp" } });
    expect(socket(box, 1, 1, 5).fd).toMatchObject({ kind: "unix", socket: { protocol: undefined } });
    expect(socket(box, 16, 3, 6).fd?.kind).toBe("netlink");
  });

  it("are named after both ends once connected", () => {
    const box = started();
    socket(box, 2, 1, 3);
    const event = connect(box, 3, inet(80), returned());
    expect(event.fd).toMatchObject({ name: "0.0.0.0:0->10.0.0.1:80", socket: { role: "client" } });
    expect(read(box, 3).fd?.name).toBe("0.0.0.0:0->10.0.0.1:80");
  });

  it("listen", () => {
    const box = started();
    const listen = (fd: number, fields: object, exit: object): ReturnType<Simulation["send"]> =>
      box.call("SYSCALL_LISTEN", first, { fd, backlog: 5, ...fields }, { ...exit });
    socket(box, 2, 1, 3);
    expect(listen(3, {}, failed(95)).fd?.socket).toMatchObject({ listening: false, role: undefined });
    const port = { address: inet(8080), socketFamily: 2, socketType: 1 };
    expect(listen(3, port, returned()).fd).toMatchObject({
      kind: "ipv4",
      name: "10.0.0.1:8080",
      socket: { listening: true, role: "server", protocol: "tcp" },
    });
    expect(listen(4, port, returned()).fd, "never seen made").toMatchObject({
      kind: "ipv4",
      name: "10.0.0.1:8080",
      socket: { listening: true, protocol: "tcp" },
    });
    const accept = { sysno: sysno.accept, fd: 4, address: inet(5000, 7) };
    expect(box.call("SYSCALL_ACCEPT", first, accept, returned(5)).fd).toMatchObject({
      name: "10.0.0.7:5000->10.0.0.1:8080",
      socket: { listening: false, role: "server" },
    });
    expect(box.descriptor(first, 4)?.socket?.listening).toBe(true);
  });

  it("are connected while that is in progress, and are not where it failed, though the event shows where to", () => {
    const box = started();
    socket(box, 2, 1, 3);
    const refused = connect(box, 3, inet(81), failed(111));
    expect(refused.fd?.name).toBe("0.0.0.0:0->10.0.0.1:81");
    expect(box.descriptor(first, 3)?.name).toBe("");
    connect(box, 3, inet(82), failed(115));
    expect(box.descriptor(first, 3)?.name).toBe("0.0.0.0:0->10.0.0.1:82");
    socket(box, 2, 1, 4);
    connect(box, 4, inet(83), failed(4));
    expect(box.descriptor(first, 4)?.name, "interrupted, and goes on").toBe("0.0.0.0:0->10.0.0.1:83");
  });

  it("lose their peer to AF_UNSPEC", () => {
    const box = started();
    socket(box, 2, 2, 3);
    connect(box, 3, inet(53), returned());
    connect(box, 3, new Uint8Array(16), returned());
    expect(box.descriptor(first, 3)).toMatchObject({ kind: "ipv4", name: "", socket: { remote: undefined } });
  });

  it("have the address that was there on entry", () => {
    const box = started();
    socket(box, 2, 1, 3);
    box.send("SYSCALL_CONNECT", first, { fd: 3n, address: inet(22, 9) });
    const event = box.send("SYSCALL_CONNECT", first, { fd: 3n, address: inet(80), exit: returned() });
    expect(event.fd?.name).toBe("0.0.0.0:0->10.0.0.9:22");
  });

  it("connect without an address, or before they were seen", () => {
    const box = started();
    expect(connect(box, 3, new Uint8Array(0), failed(22)).fd).toBeUndefined();
    expect(connect(box, 3, inet(80), returned()).fd).toMatchObject({
      kind: "ipv4",
      socket: { protocol: undefined },
    });
  });

  it("have what they are bound to, and what accept makes of them both ends", () => {
    const box = started();
    socket(box, 2, 1, 3);
    const bind = { fd: 3, address: inet(8080) };
    expect(box.call("SYSCALL_BIND", first, bind, failed(98)).fd?.name).toBe("");
    expect(box.call("SYSCALL_BIND", first, bind, returned()).fd?.name).toBe("10.0.0.1:8080");
    expect(box.send("SYSCALL_LISTEN", first, { fd: 3, backlog: 5, exit: returned() }).fd?.name).toBe(
      "10.0.0.1:8080",
    );
    const accept = {
      sysno: sysno.accept4,
      fd: 3,
      flags: cloexec,
      address: inet(5000, 7),
      fdPath: "socket:[1]",
    };
    expect(box.send("SYSCALL_ACCEPT", first, accept)).toMatchObject({
      fdNumber: 3,
      fd: { name: "10.0.0.1:8080" },
    });
    expect(box.send("SYSCALL_ACCEPT", first, { ...accept, exit: returned(4) })).toMatchObject({
      fdNumber: 4,
      fd: {
        name: "10.0.0.7:5000->10.0.0.1:8080",
        closeOnExec: true,
        fdPath: undefined,
        socket: { role: "server", protocol: "tcp" },
      },
    });
    expect(box.descriptor(first, 3)?.name).toBe("10.0.0.1:8080");
    expect(box.send("SYSCALL_ACCEPT", first, { ...accept, exit: failed(4) })).toMatchObject({
      fdNumber: -4,
      fd: undefined,
    });
  });

  it("of unix(7) are named after their path, of which accept says nothing", () => {
    const box = started();
    socket(box, 1, 1, 3);
    const path = Uint8Array.from([1, 0, ...new TextEncoder().encode("/run/x\0rubbish")]);
    expect(connect(box, 3, path, returned()).fd?.name).toBe("/run/x");
    const accept = { sysno: sysno.accept, fd: 9, address: Uint8Array.of(1, 0), exit: returned(4) };
    expect(box.send("SYSCALL_ACCEPT", first, accept).fd).toMatchObject({ kind: "unix", name: "" });
    socket(box, 1, 1, 5);
    box.call("SYSCALL_BIND", first, { fd: 5, address: path }, returned());
    const served = { ...accept, fd: 5, exit: returned(6) };
    expect(box.send("SYSCALL_ACCEPT", first, served).fd, "the server's own").toMatchObject({
      name: "/run/x",
    });
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

describe("gVisor's own name", () => {
  it("makes known what was not seen made", () => {
    const box = started();
    const kind = (fd: number, fdPath: string): unknown => {
      const { fd: descriptor } = read(box, fd, fdPath);
      return [descriptor?.kind, descriptor?.name];
    };
    expect(kind(0, "host:[1]"), "a standard stream of the container").toEqual(["host", "host:[1]"]);
    expect(kind(3, "/etc/passwd")).toEqual(["file", "/etc/passwd"]);
    expect(kind(4, "pipe:[3]")).toEqual(["pipe", ""]);
    expect(kind(5, "socket:[3]")).toEqual(["unknown", ""]);
    expect(kind(6, "anon_inode:[eventpoll]")).toEqual(["eventpoll", ""]);
    expect(kind(7, "anon_inode:[inotifyfd:2]")).toEqual(["inotify", ""]);
    expect(kind(8, "/memfd:x (deleted)")).toEqual(["memfd", "/memfd:x (deleted)"]);
    expect(kind(11, "anon_inode:[eventfd]")).toEqual(["eventfd", ""]);
    expect(kind(12, "anon_inode:[timerfd]")).toEqual(["timerfd", ""]);
    expect(kind(13, "anon_inode:[signalfd]")).toEqual(["signalfd", ""]);
    expect(kind(14, "anon_inode:[pidfd]")).toEqual(["pidfd", ""]);
    expect(kind(15, "anon_inode:[io_uring]")).toEqual(["io_uring", ""]);
    expect(kind(16, "anon_inode:[fscontext]")).toEqual(["unknown", "anon_inode:[fscontext]"]);
    expect(kind(17, "/proc/1/fd")).toEqual(["file", "/proc/1/fd"]);
    expect(kind(9, "[err: FD not found]")).toEqual([undefined, undefined]);
    expect(kind(10, "")).toEqual([undefined, undefined]);
    expect(kind(-1, "/x")).toEqual([undefined, undefined]);
  });

  it("is kept beside the name as it was opened: a symbolic link", () => {
    const box = started();
    box.openat(first, "/lib/libc.so.6", 3);
    expect(read(box, 3, "/usr/lib/libc.so.6").fd).toMatchObject({
      name: "/lib/libc.so.6",
      fdPath: "/usr/lib/libc.so.6",
      flags: 0,
    });
  });

  it("corrects a table that missed what happened, by calls that no point reports or by lost messages", () => {
    const box = started();
    box.openat(first, "/etc/hosts", 3);
    read(box, 3, "/etc/hosts");
    expect(read(box, 3, "/etc/shadow").fd).toMatchObject({ name: "/etc/shadow", flags: undefined });
    expect(read(box, 3, "socket:[7]").fd).toMatchObject({ name: "", socket: {} });
    box.openat(first, "/etc/hosts", 4);
    expect(read(box, 4, "/memfd:x (deleted)").fd?.kind, "memfd_create and dup2 not seen").toBe("memfd");
  });

  it("may be that of a deleted file, which is still the same", () => {
    const box = started();
    box.openat(first, "/tmp/x", 3, 2);
    read(box, 3, "/tmp/x");
    expect(read(box, 3, "/tmp/x (deleted)").fd).toMatchObject({
      name: "/tmp/x",
      fdPath: "/tmp/x (deleted)",
      flags: 2,
      deleted: true,
    });
    expect(read(box, 3, "/tmp/x").fd, "as it is told again").toMatchObject({ deleted: false });
    expect(read(box, 4, "/tmp/y (deleted)").fd).toMatchObject({ name: "/tmp/y (deleted)", deleted: true });
    expect(read(box, 5, "/memfd:x (deleted)").fd, "as all that memory is called").toMatchObject({
      deleted: false,
    });
    box.openat(first, "/tmp/x (deleted)", 6);
    expect(read(box, 6, "/tmp/x (deleted)").fd, "the name of the file").toMatchObject({ deleted: false });
    expect(read(box, 6, "/tmp/x (deleted) (deleted)").fd).toMatchObject({
      name: "/tmp/x (deleted)",
      deleted: true,
    });
  });

  it("of what was opened by way of /proc or /dev can be anything", () => {
    const box = started();
    box.openat(first, "/dev/stdin", 3);
    expect(read(box, 3, "pipe:[1]").fd).toMatchObject({ name: "/dev/stdin", fdPath: "pipe:[1]" });
  });
});

describe("what the Sentry tells of a new program's standard streams", () => {
  const exec = (box: Simulation, streams: object): ReturnType<Simulation["send"]> =>
    box.send("SENTRY_EXEC", first, { binaryPath: "/bin/x", argv: ["x"], ...streams });

  it("makes them known, and what type of file they are", () => {
    const box = started();
    box.openat(first, "/dev/null", 0);
    box.openat(first, "/srv", 2);
    exec(box, {
      stdin: { mode: 0o020666, path: "/dev/null" },
      stdout: { mode: 0o010600, path: "pipe:[7]" },
      stderr: { mode: 0o040755, path: "/srv" },
    });
    const streams = [0, 1, 2].map((fd) => box.descriptor(first, fd));
    expect(streams).toMatchObject([
      { kind: "device", name: "/dev/null", flags: 0, fdPath: "/dev/null" },
      { kind: "pipe", name: "", fdPath: "pipe:[7]" },
      { kind: "directory", name: "/srv" },
    ]);
    exec(box, {
      stdin: { mode: 0o100644, path: "/etc/passwd" },
      stdout: { mode: 0o020620, path: "host:[2]" },
    });
    expect([0, 1, 2].map((fd) => box.descriptor(first, fd))).toMatchObject([
      { kind: "file", name: "/etc/passwd" },
      { kind: "host", name: "host:[2]" },
      { kind: "directory", name: "/srv" },
    ]);
    expect(read(box, 0, "/etc/passwd").fd?.kind).toBe("file");
  });

  it("has both ends of their connections", () => {
    const box = started();
    const end = (last: number, port: number): object => ({
      family: 2,
      ip: Uint8Array.of(10, 0, 0, last),
      port: ((port & 0xff) << 8) | (port >> 8),
    });
    const stream = { path: "socket:[3]", socket: { family: 2, local: end(1, 4000), remote: end(9, 4444) } };
    exec(box, { stdin: stream, stdout: { path: "socket:[4]", socket: { family: 1 } } });
    expect(box.descriptor(first, 0)).toMatchObject({ kind: "ipv4", name: "10.0.0.1:4000->10.0.0.9:4444" });
    expect(box.descriptor(first, 1)).toMatchObject({ kind: "unix", name: "", fdPath: "socket:[4]" });
  });
});

describe("processes", () => {
  it("have a copy of their parent's table", () => {
    const box = started();
    box.openat(first, "/x", 3);
    box.clone(first, 2);
    box.openat(thread(2), "/child", 4);
    box.call("SYSCALL_CLOSE", first, { fd: 3n }, returned());
    expect([box.descriptor(first, 3), box.descriptor(first, 4)]).toEqual([undefined, undefined]);
    expect([box.descriptor(thread(2), 3)?.name, box.descriptor(thread(2), 4)?.name]).toEqual([
      "/x",
      "/child",
    ]);
  });

  it("share it with CLONE_FILES, until one calls exec", () => {
    const box = started();
    box.clone(first, 2, 2, 0x400n);
    box.openat(thread(2), "/x", 3, cloexec);
    expect(box.descriptor(first, 3)?.name).toBe("/x");
    box.exec(thread(2), "/bin/ls", ["ls"]);
    expect(box.descriptor(thread(2, 2, { processName: "ls" }), 3)).toBeUndefined();
    expect(box.descriptor(first, 3)?.name).toBe("/x");
  });

  it("share it with CLONE_FILES also after the one that had it first has ended", () => {
    const box = started();
    box.clone(first, 2);
    box.clone(thread(2), 3, 3, 0x400n);
    box.openat(thread(2), "/x", 3);
    box.exit(thread(2));
    expect(box.descriptor(thread(3), 3)?.name).toBe("/x");
  });

  it("close on exec what is to be closed, but not where that failed", () => {
    const box = started();
    box.openat(first, "/keep", 3);
    box.openat(first, "/drop", 4, cloexec);
    const exec = { sysno: sysno.execve, pathname: "/bin/ls", argv: ["ls"] };
    box.call("SYSCALL_EXECVE", first, exec, failed(2));
    expect(box.descriptor(first, 4)?.name).toBe("/drop");
    box.exec(first, "/bin/ls", ["ls"]);
    const after = thread(1, 1, { processName: "ls" });
    expect(box.descriptor(after, 3)?.name).toBe("/keep");
    expect(box.descriptor(after, 4)).toBeUndefined();
  });
});

describe("the descriptors of a process", () => {
  it("are listed as they are when they are looked at", () => {
    const box = started();
    const list = box.process(first)?.descriptors();
    expect([list?.size, [...(list ?? [])]]).toEqual([0, []]);
    box.openat(first, "/a", 3);
    box.openat(first, "/b", 4, cloexec);
    expect([...(list ?? [])].map(([fd, { name }]) => [fd, name])).toEqual([
      [3, "/a"],
      [4, "/b"],
    ]);
    box.exec(first, "/bin/ls", ["ls"]);
    expect(list?.size).toBe(1);
    box.exit(first);
    expect(list?.size).toBe(0);
  });
});

describe("threads", () => {
  const cloneVm = 0x10f00n & ~0x400n;

  it("made without CLONE_FILES have a copy of their maker's table", () => {
    const box = started();
    box.openat(first, "/x", 3);
    box.clone(first, 2, 1, cloneVm);
    const other = thread(2, 1);
    box.openat(other, "/own", 4);
    box.call("SYSCALL_CLOSE", other, { fd: 3n }, returned());
    expect([read(box, 3).fd?.name, read(box, 4).fd]).toEqual(["/x", undefined]);
    expect([read(box, 3, "", other).fd, read(box, 4, "", other).fd?.name]).toEqual([undefined, "/own"]);
    const event = read(box, 4, "", other);
    expect(event.thread?.descriptor(4)?.name).toBe("/own");
    expect(
      event.thread?.process.descriptor(4),
      "which is that of the process's other threads",
    ).toBeUndefined();
  });

  it("share a table with what they make, be it a thread or a process, with CLONE_FILES", () => {
    const box = started();
    box.clone(first, 2, 1, cloneVm);
    box.clone(thread(2, 1), 3, 1);
    box.clone(thread(2, 1), 4, 4, 0x400n);
    box.openat(thread(4), "/shared", 7);
    expect(read(box, 7, "", thread(2, 1)).fd?.name).toBe("/shared");
    expect(read(box, 7, "", thread(3, 1)).fd?.name).toBe("/shared");
    expect(read(box, 7).fd).toBeUndefined();
    box.exit(thread(2, 1));
    box.openat(thread(3, 1), "/later", 8);
    expect(read(box, 8, "", thread(4)).fd?.name).toBe("/later");
  });

  it("make processes that have a copy of their own table", () => {
    const box = started();
    box.clone(first, 2, 1, cloneVm);
    box.openat(thread(2, 1), "/own", 4);
    box.clone(thread(2, 1), 5);
    expect(box.descriptor(thread(5), 4)?.name).toBe("/own");
  });

  it("leave their own table to the process when they call exec, and none of the process's", () => {
    const box = started();
    box.openat(first, "/of-others", 3);
    box.clone(first, 2, 1, cloneVm);
    const other = thread(2, 1);
    box.openat(other, "/own", 4);
    box.openat(other, "/closed", 5, cloexec);
    box.call("SYSCALL_CLOSE", other, { fd: 3n }, returned());
    box.exec(other, "/bin/ls", ["ls"]);
    box.exit(first);
    const after = thread(1, 1, { processName: "ls" });
    const names = [3, 4, 5].map((fd) => box.descriptor(after, fd)?.name);
    expect(names).toEqual([undefined, "/own", undefined]);
  });

  it("that ended leave nothing to account for", () => {
    const box = started();
    for (let tid = 2; tid < 20; tid++) {
      box.clone(first, tid, 1, cloneVm);
      box.openat(thread(tid, 1), "/own", tid);
    }
    for (let tid = 2; tid < 20; tid++) box.exit(thread(tid, 1));
    box.exit(first);
    expect(box.stats()).toMatchObject({ threads: 0 });
    expect(box.stats().memory, "the program of the dead").toBeLessThan(200);
  });
});
