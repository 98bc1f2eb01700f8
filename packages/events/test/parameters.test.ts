import { describe, expect, it } from "vitest";
import { eventOf, type Fields, failed, type MessageName, returned } from "./message.ts";

describe("the parameters", () => {
  const cases: readonly (readonly [MessageName, Fields, string, object])[] = [
    [
      "SYSCALL_OPEN",
      { sysno: 257n, fd: -100n, pathname: "a", flags: 0o101, mode: 0o644, exit: returned(3) },
      "openat",
      { fd: 3, dirfd: -100, name: "a", flags: 0o101, mode: 0o644 },
    ],
    ["SYSCALL_OPEN", { sysno: 2n, exit: failed(2) }, "open", { fd: -2, name: "" }],
    ["SYSCALL_CLOSE", { fd: 2n ** 40n, exit: returned() }, "close", { res: 0, fd: 2 ** 40 }],
    [
      "SYSCALL_READ",
      { count: 512n, exit: returned(5) },
      "read",
      { res: 5, fd: 0, size: 512, pos: undefined },
    ],
    [
      "SYSCALL_READ",
      { sysno: 17n, fd: 3n, hasOffset: true, offset: 64n },
      "pread",
      { res: undefined, fd: 3, pos: 64 },
    ],
    ["SYSCALL_WRITE", { sysno: 1n, fd: 1n, exit: failed(32) }, "write", { res: -32, fd: 1 }],
    [
      "SYSCALL_EXECVE",
      { sysno: 59n, pathname: "/bin/ls", argv: ["ls", "", "-l\n"], envv: ["A=b"] },
      "execve",
      {
        exe: "ls",
        args: ["", "-l\n"],
        filename: "/bin/ls",
        env: ["A=b"],
        dirfd: undefined,
        dirfdPath: undefined,
      },
    ],
    [
      "SYSCALL_EXECVE",
      { sysno: 322n, fd: 3n, fdPath: "/memfd:x (deleted)", flags: 4096 },
      "execveat",
      { exe: undefined, args: [], filename: "", dirfd: 3, dirfdPath: "/memfd:x (deleted)", flags: 4096 },
    ],
    [
      "SYSCALL_CLONE",
      { flags: 18874385n, stack: 2n ** 63n, exit: returned(2) },
      "clone",
      { res: 2, flags: 18874385, vtid: undefined, stack: 2n ** 63n, tls: undefined, childTid: undefined },
    ],
    [
      "SYSCALL_CLONE",
      { flags: 0x3d0f00n, tls: 2n ** 47n, newTid: 3n, exit: returned(3) },
      "clone",
      { res: 3, tls: 2n ** 47n, childTid: 3 },
    ],
    [
      "SYSCALL_CLONE",
      { flags: 0x100000n, tls: 1n, newTid: 3n, exit: failed(11) },
      "clone",
      { tls: undefined, childTid: undefined },
    ],
    ["SYSCALL_CLONE", { flags: 0x3d0f00n, newTid: 3n }, "clone", { res: undefined, childTid: undefined }],
    ["SYSCALL_FORK", { sysno: 58n, exit: returned(9) }, "vfork", { res: 9 }],
    [
      "SYSCALL_SOCKET",
      { domain: 2, type: 524289, protocol: 6, exit: returned(4) },
      "socket",
      { fd: 4, domain: 2, type: 524289, proto: 6 },
    ],
    [
      "SYSCALL_CONNECT",
      { fd: 3n, address: Uint8Array.of(2, 0, 0, 80, 1, 2, 3, 4), exit: failed(115) },
      "connect",
      { res: -115, fd: 3, addr: { family: "ipv4", ip: "1.2.3.4", port: 80 } },
    ],
    [
      "SYSCALL_BIND",
      { fd: 3, address: Uint8Array.of(1, 0, 0x2f, 0x61), exit: returned() },
      "bind",
      { res: 0, fd: 3, addr: { family: "unix", path: "/a" } },
    ],
    [
      "SYSCALL_ACCEPT",
      { sysno: 43n, fd: 3, address: Uint8Array.of(2, 0, 0, 80, 1, 2, 3, 4), exit: returned(5) },
      "accept",
      { fd: 5, listener: 3, addr: { family: "ipv4" } },
    ],
    [
      "SYSCALL_ACCEPT",
      { sysno: 288n, fd: 3, address: new Uint8Array(16), flags: 2048 },
      "accept4",
      { fd: undefined, listener: 3, addr: undefined, flags: 2048 },
    ],
    [
      "SYSCALL_ACCEPT",
      { sysno: 43n, fd: 3, address: new Uint8Array(16), exit: failed(4) },
      "accept",
      { fd: -4, addr: undefined },
    ],
    [
      "SYSCALL_PIPE",
      { sysno: 293n, reader: 3, writer: 4, flags: 524288, exit: returned() },
      "pipe2",
      { res: 0, fd1: 3, fd2: 4, flags: 524288 },
    ],
    [
      "SYSCALL_SOCKETPAIR",
      { domain: 1, type: 1, socket1: 5, socket2: 6, exit: returned() },
      "socketpair",
      { res: 0, fd1: 5, fd2: 6, domain: 1, type: 1, proto: 0 },
    ],
    ["SYSCALL_SOCKETPAIR", { domain: 1, exit: failed(24) }, "socketpair", { fd1: undefined, fd2: undefined }],
    ["SYSCALL_PIPE", { sysno: 22n }, "pipe", { res: undefined, fd1: undefined, fd2: undefined, flags: 0 }],
    [
      "SYSCALL_LISTEN",
      {
        fd: 3,
        backlog: 128,
        address: Uint8Array.of(2, 0, 31, 144, 0, 0, 0, 0),
        socketFamily: 2,
        socketType: 1,
        exit: returned(),
      },
      "listen",
      {
        res: 0,
        fd: 3,
        backlog: 128,
        addr: { family: "ipv4", ip: "0.0.0.0", port: 8080 },
        domain: 2,
        type: 1,
      },
    ],
    [
      "SYSCALL_LISTEN",
      { fd: 9, exit: failed(9) },
      "listen",
      { res: -9, fd: 9, addr: undefined, domain: undefined, type: undefined },
    ],
    [
      "SYSCALL_CHDIR",
      { sysno: 80n, pathname: "..", exit: returned() },
      "chdir",
      { res: 0, path: "..", fd: undefined },
    ],
    ["SYSCALL_CHDIR", { sysno: 81n, fd: 4n, exit: returned() }, "fchdir", { res: 0, path: undefined, fd: 4 }],
    ["SYSCALL_CHROOT", { pathname: "/jail", exit: failed(1) }, "chroot", { res: -1, path: "/jail" }],
    [
      "SYSCALL_DUP",
      { sysno: 32n, oldFd: 1, newFd: 9, exit: returned(3) },
      "dup",
      { res: 3, oldfd: 1, newfd: undefined, flags: 0 },
    ],
    ["SYSCALL_DUP", { sysno: 33n, oldFd: 3, exit: returned() }, "dup2", { res: 0, oldfd: 3, newfd: 0 }],
    [
      "SYSCALL_DUP",
      { sysno: 292n, oldFd: 3, newFd: 5, flags: 524288 },
      "dup3",
      { oldfd: 3, newfd: 5, flags: 524288 },
    ],
    [
      "SYSCALL_FCNTL",
      { fd: 3, cmd: 1030, args: 10n, exit: returned(10) },
      "fcntl",
      { res: 10, fd: 3, cmd: 1030, arg: 10n },
    ],
    ["SYSCALL_FCNTL", { fd: 3, cmd: 3, args: -(2n ** 63n) }, "fcntl", { arg: -(2n ** 63n) }],
    [
      "SYSCALL_SETID",
      { sysno: 105n, id: 4_294_967_295, exit: failed(22) },
      "setuid",
      { res: -22, uid: 4_294_967_295 },
    ],
    ["SYSCALL_SETID", { sysno: 106n, id: 33, exit: returned() }, "setgid", { res: 0, gid: 33 }],
    ["SYSCALL_SETID", { sysno: 112n, exit: returned(4) }, "setsid", { res: 4 }],
    [
      "SYSCALL_SETRESID",
      { sysno: 117n, rid: 4_294_967_295, eid: 3_000_000_000, sid: 0, exit: returned() },
      "setresuid",
      { ruid: -1, euid: 3_000_000_000, suid: 0 },
    ],
    ["SYSCALL_SETRESID", { sysno: 119n, sid: 5 }, "setresgid", { rgid: 0, egid: 0, sgid: 5 }],
    [
      "SYSCALL_PRLIMIT64",
      {
        resource: 7n,
        newLimit: { cur: 1024n },
        oldLimit: { cur: 5n, max: 2n ** 64n - 1n },
        exit: returned(),
      },
      "prlimit",
      { res: 0, pid: 0, resource: 7, newcur: 1024n, newmax: 0n, oldcur: 5n, oldmax: 2n ** 64n - 1n },
    ],
    [
      "SYSCALL_PRLIMIT64",
      { pid: 7, oldLimit: { cur: 5n } },
      "prlimit",
      { res: undefined, pid: 7, newcur: undefined, newmax: undefined, oldcur: undefined, oldmax: undefined },
    ],
    ["SYSCALL_PRLIMIT64", { oldLimit: {}, exit: failed(3) }, "prlimit", { res: -3, oldcur: undefined }],
    ["SYSCALL_PTRACE", { request: 16n, pid: 7, exit: failed(1) }, "ptrace", { res: -1, request: 16, pid: 7 }],
    [
      "SYSCALL_SIGNALFD",
      { sysno: 289n, fd: -1, sigset: 2n ** 64n - 1n, flags: 2048, exit: returned(7) },
      "signalfd4",
      { res: 7, fd: -1, mask: 2n ** 64n - 1n, flags: 2048 },
    ],
    ["SYSCALL_EVENTFD", { sysno: 284n, val: -1 }, "eventfd", { res: undefined, initval: 4_294_967_295 }],
    [
      "SYSCALL_TIMERFD_CREATE",
      { clockId: 1, flags: 524288, exit: returned(9) },
      "timerfd_create",
      { res: 9, clockid: 1, flags: 524288 },
    ],
    [
      "SYSCALL_TIMERFD_SETTIME",
      {
        fd: 9,
        flags: 1,
        newValue: { value: { sec: 1n, nsec: 250n }, interval: { nsec: 500n } },
        oldValue: {},
        exit: returned(),
      },
      "timerfd_settime",
      {
        res: 0,
        fd: 9,
        flags: 1,
        newValue: { valueNs: 1_000_000_250n, intervalNs: 500n },
        oldValue: { valueNs: 0n, intervalNs: 0n },
      },
    ],
    [
      "SYSCALL_TIMERFD_SETTIME",
      { oldValue: { value: { sec: 1n } }, exit: failed(22) },
      "timerfd_settime",
      { newValue: undefined, oldValue: undefined },
    ],
    [
      "SYSCALL_TIMERFD_GETTIME",
      { fd: 9, curValue: { value: { sec: 2n } }, exit: returned() },
      "timerfd_gettime",
      { res: 0, fd: 9, currValue: { valueNs: 2_000_000_000n, intervalNs: 0n } },
    ],
    [
      "SYSCALL_TIMERFD_GETTIME",
      { curValue: { value: { sec: 2n } } },
      "timerfd_gettime",
      { currValue: undefined },
    ],
    ["SYSCALL_INOTIFY_INIT", { sysno: 253n, exit: returned(10) }, "inotify_init", { res: 10, flags: 0 }],
    [
      "SYSCALL_INOTIFY_ADD_WATCH",
      { fd: 10, pathname: "/tmp", mask: 256, exit: returned(1) },
      "inotify_add_watch",
      { res: 1, fd: 10, pathname: "/tmp", mask: 256 },
    ],
    ["SYSCALL_INOTIFY_RM_WATCH", { fd: 10, wd: 77 }, "inotify_rm_watch", { res: undefined, fd: 10, wd: 77 }],
    [
      "SYSCALL_MMAP",
      {
        addr: 2n ** 64n - 4096n,
        length: 2n ** 63n,
        prot: 7,
        flags: 34,
        fd: -1n,
        offset: -4096n,
        exit: returned(0x7f00_0000_1000),
      },
      "mmap",
      {
        res: 0x7f00_0000_1000,
        addr: 2n ** 64n - 4096n,
        length: 2 ** 63,
        prot: 7,
        flags: 34,
        fd: -1,
        offset: -4096,
      },
    ],
    ["SENTRY_TASK_EXIT", { exitStatus: 256 }, "procexit", { status: 256, ret: 1, sig: 0 }],
    ["SENTRY_TASK_EXIT", { exitStatus: 139 }, "procexit", { status: 139, ret: 0, sig: 11, core: true }],
    ["SENTRY_EXIT_NOTIFY_PARENT", {}, "exit_notify_parent", { status: 0, ret: 0, sig: 0 }],
    ["SYSCALL_RAW", { sysno: 435n, arg2: 88n }, "syscall", { name: "clone3", params: { size: 88 } }],
    ["SYSCALL_RAW", { sysno: 9999n, exit: failed(38) }, "syscall", { res: -38, name: "syscall.9999" }],
  ];

  it.each(cases)("of %s %o: %s %o", (name, fields, type, args) => {
    const event = eventOf(name, fields);
    expect(event.type).toBe(type);
    expect(event.args).toMatchObject(args);
    expect(event.args, "made once").toBe(event.args);
  });

  it("of clone have no storage on arm64, where gVisor reads the wrong register for it", () => {
    const event = eventOf("SYSCALL_CLONE", { flags: 0x3d0f00n, tls: 5n }, { id: "arm", arch: "arm64" });
    expect(event.args).toMatchObject({ stack: 0n, tls: undefined });
  });
});
