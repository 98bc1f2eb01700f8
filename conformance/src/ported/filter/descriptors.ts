import type { PortedSuite } from "../case.ts";
import { type Box, first } from "./box.ts";
import { filterSuite } from "./filter-case.ts";
import { readings } from "./reading-case.ts";

const [writeOnly, readWrite, create, truncate, directory, cloexec] = [
  1, 2, 0o100, 0o1000, 0o200000, 0o2000000,
];

/** Opens `/srv/log`, and makes descriptor 9 of it. */
function opened(box: Box): Box {
  box.open("/srv/log", 9, create | truncate | writeOnly, 0o640);
  return box;
}

const dup = { oldFd: 9, fdPath: "/srv/log" };

const files = filterSuite("descriptors of files", [
  ...readings("a file that is opened", (box) => box.open("/srv/log", 3, readWrite), [
    ["fd.name", "/srv/log"],
    ["fd.nameraw", "/srv/log"],
    ["fd.directory", "/srv"],
    ["fd.filename", "log"],
    ["fd.type", "file"],
    ["fd.typechar", "f"],
    ["fd.num", "3"],
    ["evt.is_open_create", "false"],
    ["evt.is_open_read", "true"],
    ["evt.is_open_write", "true"],
    ["fd.types", ["file"]],
    ["fd.types[3]", ["file"]],
    ["fs.path.name", "/srv/log"],
    ["evt.arg.flags", "O_RDWR"],
  ]),
  ...readings("a directory that is opened", (box) => box.open("/srv/", 3, directory), [
    ["fd.name", "/srv"],
    ["fd.directory", "/srv"],
    ["fd.filename", null],
    ["fd.type", "directory"],
    ["fd.typechar", "d"],
  ]),
  ...readings("a file at the root", (box) => box.open("/log", 3), [
    ["fd.directory", "/"],
    ["fd.filename", "log"],
  ]),
  ...readings("a path with steps back", (box) => box.open("/srv/a/b..//../../log", 3), [
    ["fd.name", "/srv/log"],
    ["fd.nameraw", "/srv/a/b..//../../log"],
    ["fs.path.name", "/srv/log"],
    ["fs.path.nameraw", "/srv/a/b..//../../log"],
  ]),
  ...readings("a path from the working directory", (box) => box.openat(-100, "tmp/log", 3), [
    ["fd.name", "/srv/tmp/log"],
    ["fd.nameraw", "tmp/log"],
    ["fs.path.name", "/srv/tmp/log"],
    ["fs.path.nameraw", "tmp/log"],
    ["evt.abspath", "/srv/tmp/log"],
  ]),
  ...readings(
    "a path from an open directory",
    (box) => {
      box.open("/srv/deep", 5, directory);
      return box.openat(5, "tmp/../log", 3, 0, "/srv/deep");
    },
    [
      ["fd.name", "/srv/deep/log"],
      ["fs.path.name", "/srv/deep/log"],
      ["evt.abspath", "/srv/deep/log"],
    ],
  ),
  ...readings("an open that failed", (box) => box.open("/srv/log", -13), [
    ["fd.filename", null],
    ["fs.path.name", null],
    ["fs.path.nameraw", null],
    ["fd.num", "-13"],
    ["fd.name", "/srv/log"],
    ["fd.directory", "/srv"],
  ]),
  ...readings(
    "a file that changed its path while it was opened",
    (box) => {
      box.send("MESSAGE_SYSCALL_OPEN", first, { sysno: 2n, pathname: "/srv/shown" });
      return box.send("MESSAGE_SYSCALL_OPEN", first, {
        sysno: 2n,
        pathname: "/srv/hidden",
        exit: { result: 3n },
      });
    },
    [
      ["fd.name", "/srv/shown"],
      ["fd.filename", "shown"],
    ],
  ),
  ...readings("creat", (box) => box.call("OPEN", { sysno: 85n, pathname: "/srv/new", mode: 0o600 }, 3), [
    ["evt.type", "creat"],
    ["fd.name", "/srv/new"],
    ["fd.typechar", "f"],
  ]),
  ...readings("dup", (box) => opened(box).call("DUP", { sysno: 32n, ...dup }, 123), [
    ["fd.name", "/srv/log"],
    ["fd.num", "123"],
  ]),
  ...readings("dup2", (box) => opened(box).call("DUP", { sysno: 33n, ...dup, newFd: 123 }, 123), [
    ["fd.name", "/srv/log"],
    ["fd.num", "123"],
  ]),
  ...readings(
    "dup3",
    (box) => opened(box).call("DUP", { sysno: 292n, ...dup, newFd: 123, flags: cloexec }, 123),
    [
      ["fd.name", "/srv/log"],
      ["fd.num", "123"],
      ["evt.arg.flags", "O_CLOEXEC"],
    ],
  ),
  ...readings(
    "a dup over a descriptor that is open",
    (box) => {
      opened(box).open("/srv/other", 4);
      box.call("DUP", { sysno: 33n, ...dup, newFd: 4 }, 4);
      return box.call("READ", { sysno: 0n, fd: 4n, fdPath: "/srv/log", count: 7n }, 7);
    },
    [
      ["fd.name", "/srv/log"],
      ["fd.num", "4"],
    ],
  ),
  ...readings(
    "read",
    (box) => opened(box).call("READ", { sysno: 0n, fd: 9n, fdPath: "/srv/log", count: 7n }, 7),
    [
      ["fd.name", "/srv/log"],
      ["fd.num", "9"],
      ["evt.rawres", "7"],
      ["evt.res", "SUCCESS"],
      ["evt.buflen", "7"],
      ["evt.is_io", "true"],
      ["evt.is_io_read", "true"],
      ["evt.is_io_write", "false"],
      ["evt.io_dir", "read"],
    ],
  ),
  ...readings("close", (box) => opened(box).call("CLOSE", { sysno: 3n, fd: 9n, fdPath: "/srv/log" }), [
    ["fd.name", "/srv/log"],
    ["fd.num", "9"],
  ]),
]);

const kinds = filterSuite("descriptors of other kinds", [
  ...readings("signalfd", (box) => box.call("SIGNALFD", { sysno: 282n, fd: -1, sigset: 0n }, 5), [
    ["fd.type", "signalfd"],
    ["fd.typechar", "s"],
    ["fd.num", "5"],
  ]),
  ...readings("signalfd4", (box) => box.call("SIGNALFD", { sysno: 289n, fd: -1, sigset: 0n }, 2), [
    ["evt.type", "signalfd4"],
    ["fd.type", "signalfd"],
    ["fd.num", "2"],
  ]),
  ...readings("timerfd_create", (box) => box.call("TIMERFD_CREATE", { sysno: 283n, clockId: 1 }, 6), [
    ["fd.type", "timerfd"],
    ["fd.typechar", "t"],
    ["fd.num", "6"],
  ]),
  ...readings("inotify_init", (box) => box.call("INOTIFY_INIT", { sysno: 253n }, 7), [
    ["fd.type", "inotify"],
    ["fd.typechar", "i"],
    ["fd.num", "7"],
    ["fd.uid", "17"],
  ]),
  ...readings("inotify_init1", (box) => box.call("INOTIFY_INIT", { sysno: 294n, flags: cloexec }, 12), [
    ["fd.type", "inotify"],
    ["fd.num", "12"],
  ]),
  ...readings("eventfd", (box) => box.call("EVENTFD", { sysno: 284n, val: 45 }, 34), [
    ["fd.type", "event"],
    ["fd.typechar", "e"],
    ["fd.num", "34"],
    ["fd.uid", "134"],
  ]),
  ...readings("eventfd2", (box) => box.call("EVENTFD", { sysno: 290n, val: 45 }, 31), [
    ["evt.type", "eventfd2"],
    ["fd.type", "event"],
    ["fd.num", "31"],
  ]),
  ...readings("pipe", (box) => box.call("PIPE", { sysno: 22n, reader: 3, writer: 4 }), [
    ["fd.type", "pipe"],
    ["fd.typechar", "p"],
    ["fd.num", "4"],
    ["fd.uid", "14"],
    ["evt.arg.fd1", "<p>"],
    ["evt.arg.fd2", "<p>"],
  ]),
  ...readings("pipe2", (box) => box.call("PIPE", { sysno: 293n, flags: cloexec, reader: 6, writer: 7 }), [
    ["evt.type", "pipe2"],
    ["fd.type", "pipe"],
    ["fd.num", "7"],
    ["evt.arg.flags", "O_CLOEXEC"],
  ]),
  ...readings(
    "several of them",
    (box) => {
      box.call("PIPE", { sysno: 22n, reader: 3, writer: 4 });
      return box.open("/srv/log", 5);
    },
    [
      ["fd.types[3]", ["pipe"]],
      ["fd.types[5]", ["file"]],
      ["fd.types[9]", null],
      ["fd.types", ["pipe", "file"]],
    ],
  ),
]);

/** `struct sockaddr_in`. */
function inet(port: number, ...ip: readonly number[]): Uint8Array {
  return Uint8Array.of(2, 0, port >> 8, port & 0xff, ...ip, 0, 0, 0, 0, 0, 0, 0, 0);
}

/** `struct sockaddr_in6` of `2001:db8::LAST`. */
function inet6(port: number, last: number): Uint8Array {
  const ip = [0x20, 1, 0x0d, 0xb8, ...Array<number>(11).fill(0), last];
  return Uint8Array.of(10, 0, port >> 8, port & 0xff, 0, 0, 0, 0, ...ip, 0, 0, 0, 0);
}

function socketOf(box: Box, domain = 2, type = 1): Box {
  box.call("SOCKET", { sysno: 41n, domain, type, protocol: 0 }, 3);
  return box;
}

const neverKept =
  "it is not followed; Falco compares with a name that it never keeps, so it is true of whatever has one";

const socket = { fd: 3n, fdPath: "socket:[7]" };
const ends = ["fd.sip", "fd.cip", "fd.rip", "fd.lip", "fd.sport", "fd.cport", "fd.rport", "fd.lport"];

const sockets = filterSuite("descriptors of sockets", [
  ...readings("a socket that is new", (box) => box.call("SOCKET", { sysno: 41n, domain: 2, type: 1 }, 3), [
    ["fd.connected", "false"],
    ["fd.type", "ipv4"],
    ["fd.typechar", "4"],
    ["fd.l4proto", "tcp"],
    ["fd.sockfamily", "ip"],
    ["fd.name", ""],
    ...ends.map((field): [string, null] => [field, null]),
    ["evt.arg.domain", "AF_INET"],
  ]),
  ...readings(
    "a socket of IPv6 for datagrams",
    (box) => box.call("SOCKET", { sysno: 41n, domain: 10, type: 2 }, 3),
    [
      ["fd.type", "ipv6"],
      ["fd.typechar", "6"],
      ["fd.l4proto", "udp"],
    ],
  ),
  ...readings("a socket of Unix", (box) => box.call("SOCKET", { sysno: 41n, domain: 1, type: 2 }, 3), [
    ["fd.type", "unix"],
    ["fd.typechar", "u"],
    ["fd.sockfamily", "unix"],
    ["fd.sip", null],
    ["evt.arg.domain", "AF_LOCAL|AF_UNIX"],
  ]),
  ...readings(
    "connect",
    (box) => socketOf(box).call("CONNECT", { sysno: 42n, ...socket, address: inet(443, 10, 9, 8, 7) }),
    [
      ["fd.connected", "true"],
      ["fd.name", "0.0.0.0:0->10.9.8.7:443"],
      ["fd.sip", "10.9.8.7"],
      ["fd.rip", "10.9.8.7"],
      ["fd.sport", "443"],
      ["fd.rport", "443"],
      ["fd.l4proto", "tcp"],
      ["fd.is_server", "false"],
      ["fd.ip", ["0.0.0.0", "10.9.8.7"]],
      ["fd.port", ["0", "443"]],
    ],
  ),
  ...readings(
    "connect, and another one",
    (box) => {
      socketOf(box, 10, 2).call("CONNECT", { sysno: 42n, ...socket, address: inet6(53, 1) });
      return box.call("CONNECT", { sysno: 42n, ...socket, address: inet6(54, 2) });
    },
    [
      ["fd.name", ":::0->2001:db8::2:54"],
      ["fd.sip", "2001:db8::2"],
      ["fd.sport", "54"],
      ["fd.name_changed", "true", { differs: neverKept }],
    ],
  ),
  ...readings(
    "a connect that failed",
    (box) => socketOf(box).call("CONNECT", { sysno: 42n, ...socket, address: inet(443, 10, 9, 8, 7) }, -111),
    [
      ["evt.res", "ECONNREFUSED"],
      ["evt.failed", "true"],
      ["fd.num", "3"],
    ],
  ),
  ...readings(
    "bind",
    (box) =>
      socketOf(box).call("BIND", { sysno: 49n, fd: 3, fdPath: "socket:[7]", address: inet(80, 10, 0, 0, 1) }),
    [
      ["fd.name", "10.0.0.1:80"],
      ["fd.is_server", "true"],
      ["fd.sip", "10.0.0.1"],
      ["fd.sport", "80"],
      ["fd.cip", null],
      ["fd.rip", null],
      ["fd.lip", null],
      ["fd.cport", null],
      ["fd.rport", null],
      ["fd.lport", null],
    ],
  ),
  ...readings(
    "bind, of IPv6",
    (box) =>
      socketOf(box, 10).call("BIND", { sysno: 49n, fd: 3, fdPath: "socket:[7]", address: inet6(80, 1) }),
    [
      ["fd.name", "2001:db8::1:80"],
      ["fd.is_server", "true"],
      ["fd.sip", "2001:db8::1"],
    ],
  ),
  ...readings(
    "accept",
    (box) => {
      socketOf(box).call("BIND", { sysno: 49n, fd: 3, fdPath: "socket:[7]", address: inet(80, 10, 0, 0, 1) });
      box.call("LISTEN", { sysno: 50n, fd: 3, fdPath: "socket:[7]", backlog: 7 });
      return box.call(
        "ACCEPT",
        { sysno: 43n, fd: 3, fdPath: "socket:[7]", address: inet(5000, 10, 0, 0, 9) },
        4,
      );
    },
    [
      ["fd.num", "4"],
      ["fd.name", "10.0.0.9:5000->10.0.0.1:80"],
      ["fd.cip", "10.0.0.9"],
      ["fd.sip", "10.0.0.1"],
      ["fd.rip", "10.0.0.9"],
      ["fd.lip", "10.0.0.1"],
      ["fd.cport", "5000"],
      ["fd.sport", "80"],
      ["fd.rport", "5000"],
      ["fd.lport", "80"],
      ["fd.l4proto", "tcp"],
      ["fd.is_server", "true"],
    ],
  ),
]);

/** What descriptors are, and what fields say of them. */
export const descriptorSuites: readonly PortedSuite[] = [files, kinds, sockets];
