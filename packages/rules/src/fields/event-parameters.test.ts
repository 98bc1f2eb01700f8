import type { EventOf, EventType } from "@sentrytap/events";
import { describe, expect, it, test } from "vitest";
import { readField } from "../../test/reads.ts";
import { makeDescriptor, makeEvent, makeProcess, makeThread } from "../../test/tracked-event.ts";
import { describeParameters } from "./event-argument-fields.ts";
import { parametersOf } from "./event-parameters.ts";

/** `evt.args` of an event of `type`, in a thread that works in /root and has a file at descriptor 3. */
function args<Type extends EventType>(
  type: Type,
  own: EventOf<Type>["args"],
  outcome: Pick<Parameters<typeof makeEvent>[2] & object, "result" | "failed"> = {},
): string {
  const descriptor = (fd: number) => (fd === 3 ? makeDescriptor({ name: "/a" }) : undefined);
  const thread = makeThread(makeProcess({ descriptor }));
  return describeParameters(makeEvent(type, own, { thread, ...outcome }));
}

const maxWord = 2n ** 64n - 1n;

describe("parameters are in Falco's order, with its numbers and names", () => {
  test("prlimit", () => {
    const limits = { newcur: undefined, newmax: undefined, oldcur: 1024n, oldmax: maxWord };
    expect(args("prlimit", { res: 0, pid: 0, resource: 7, ...limits })).toBe(
      "res=0 newcur=0 newmax=0 oldcur=1024 oldmax=-1 pid=0 resource=7(RLIMIT_NOFILE)",
    );
    const none = { newcur: 5n, newmax: maxWord, oldcur: undefined, oldmax: undefined };
    expect(args("prlimit", { res: -1, pid: 2, resource: 99, ...none }, { result: -1, failed: true })).toBe(
      "res=-1(EPERM) newcur=5 newmax=-1 oldcur=-1 oldmax=-1 pid=2 resource=255(RLIMIT_UNKNOWN)",
    );
  });

  test("ptrace", () => {
    expect(args("ptrace", { res: 0, request: 16, pid: 9 })).toBe("res=0 request=11(PTRACE_ATTACH) pid=9");
    expect(args("ptrace", { res: 0, request: 0x420e, pid: 9 })).toContain("request=0(PTRACE_UNKNOWN)");
  });

  test("mmap", () => {
    const asked = {
      addr: 0x7f97837fc000n,
      length: 1_400_832,
      prot: 5,
      flags: 0x812,
      fd: 3,
      offset: 155_648,
    };
    expect(args("mmap", { res: 0x7f97837fc000, ...asked }, { result: 0x7f97837fc000 })).toBe(
      "res=140288722976768 vm_size=0 vm_rss=0 vm_swap=0 addr=7F97837FC000 length=1400832 " +
        "prot=5(PROT_READ|PROT_EXEC) flags=1030(MAP_PRIVATE|MAP_FIXED|MAP_DENYWRITE) fd=3(<f>/a) offset=155648",
    );
    const anonymous = { addr: 0n, length: 2 ** 53, prot: 0, flags: 0x22, fd: -1, offset: 0 };
    expect(args("mmap", { res: -12, ...anonymous }, { result: -12, failed: true })).toBe(
      "res=-12(ENOMEM) vm_size=0 vm_rss=0 vm_swap=0 addr=0 length=9007199254740992 prot=0(PROT_NONE) " +
        "flags=10(MAP_PRIVATE|MAP_ANONYMOUS) fd=-1(EPERM) offset=0",
    );
  });

  test("signalfd and signalfd4", () => {
    const own = { res: 3, fd: -1, mask: maxWord - 0xffn, flags: 0o2004000 };
    expect(args("signalfd", { ...own, flags: 0 }, { result: 3 })).toBe(
      "res=3(<f>/a) fd=-1(EPERM) mask=FFFFFF00 flags=0",
    );
    expect(args("signalfd4", own, { result: 3 })).toBe(
      "res=3(<f>/a) flags=4160(O_NONBLOCK|O_CLOEXEC) fd=-1(EPERM) mask=FFFFFF00",
    );
  });

  test("eventfd and eventfd2", () => {
    expect(args("eventfd", { res: 3, initval: 5, flags: 0 }, { result: 3 })).toBe(
      "res=3(<f>/a) initval=5 flags=0",
    );
    expect(args("eventfd2", { res: 3, initval: 5, flags: 1 }, { result: 3 })).toBe(
      "res=3(<f>/a) flags=0(O_NONE) initval=5",
    );
  });

  test("timerfd and inotify", () => {
    expect(args("timerfd_create", { res: 4, clockid: 1, flags: 0o2000000 }, { result: 4 })).toBe(
      "res=4 clockid=1 flags=80000",
    );
    const settings = { newValue: undefined, oldValue: undefined };
    expect(args("timerfd_settime", { res: 0, fd: 3, flags: 1, ...settings })).toBe(
      "res=0 fd=3(<f>/a) flags=1",
    );
    expect(args("timerfd_gettime", { res: 0, fd: 3, currValue: undefined })).toBe("res=0 fd=3(<f>/a)");
    expect(args("inotify_init", { res: 4, flags: 0 }, { result: 4 })).toBe("res=4 flags=0");
    expect(args("inotify_init1", { res: 4, flags: 0o4000 }, { result: 4 })).toBe(
      "res=4 flags=64(O_NONBLOCK)",
    );
    expect(args("inotify_add_watch", { res: 1, fd: 3, pathname: "x", mask: 0x102 }, { result: 1 })).toBe(
      "res=1 fd=3(<f>/a) pathname=x(/root/x) mask=102(IN_MODIFY|IN_CREATE)",
    );
    expect(args("inotify_rm_watch", { res: 0, fd: 3, wd: 77 })).toBe("res=0 fd=3(<f>/a)");
  });

  test("listen, socket, socketpair, pipe2 and accept4", () => {
    const bound = { addr: undefined, domain: 2, type: 1 };
    expect(args("listen", { res: 0, fd: 3, backlog: 128, ...bound })).toBe("res=0 fd=3(<f>/a) backlog=128");
    expect(args("socket", { fd: 4, domain: 16, type: 3, proto: 9 })).toBe(
      "fd=4 domain=16(AF_ROUTE|AF_NETLINK) type=3 proto=9",
    );
    expect(args("socket", { fd: 4, domain: 99, type: 3, proto: 9 })).toBe("fd=4 domain=99 type=3 proto=9");
    expect(args("socketpair", { res: 0, fd1: 4, fd2: 5, domain: 1, type: 1, proto: 0 })).toBe(
      "res=0 fd1=4 fd2=5 source=0 peer=0 domain=1(AF_LOCAL|AF_UNIX) type=1 proto=0",
    );
    expect(args("pipe2", { res: 0, fd1: 4, fd2: 5, flags: 0o40000 })).toBe(
      "res=0 fd1=4 fd2=5 ino=0 flags=512(O_DIRECT)",
    );
    expect(args("accept4", { fd: 4, listener: 3, addr: undefined, flags: 0o2000000 })).toMatch(
      / flags=80000$/,
    );
  });

  test("fcntl and dup3", () => {
    const own = { res: 5, fd: 3, arg: 0n };
    expect(args("fcntl", { ...own, cmd: 1030 }, { result: 5 })).toBe(
      "res=5 fd=3(<f>/a) cmd=26(F_DUPFD_CLOEXEC)",
    );
    expect(args("fcntl", { ...own, cmd: 6 }, { result: 5 })).toContain("cmd=8(F_SETLK)");
    expect(args("fcntl", { ...own, cmd: 1033 }, { result: 5 })).toContain("cmd=0(UNKNOWN)");
    expect(args("dup3", { res: 5, oldfd: 3, newfd: 5, flags: 0 }, { result: 5 })).toBe(
      "res=5 oldfd=3(<f>/a) newfd=5 flags=0(O_NONE)",
    );
  });

  test("procexit", () => {
    expect(args("procexit", { status: 139, ret: 0, sig: 11, core: true })).toBe(
      "status=139 ret=0 sig=11(SIGSEGV) core=1",
    );
  });

  test("open and creat: of a relative path, the absolute one", () => {
    expect(args("creat", { fd: 3, dirfd: -100, name: "b", flags: 0o1101, mode: 0o600 })).toBe(
      "fd=3(<f>/a) name=b(/root/b) mode=0600 dev=0 ino=0 creat_flags=0",
    );
    expect(args("openat", { fd: 4, dirfd: 3, name: "b", flags: 0o100000, mode: 0 })).toBe(
      "fd=4 dirfd=3(<f>/a) name=b(/a/b) flags=2049(O_LARGEFILE|O_RDONLY) mode=0 dev=0 ino=0",
    );
  });
});

test("parameters that the stream does not tell keep their places", () => {
  const thread = makeThread(makeProcess({ name: "sh" }));
  const born = makeEvent("fork", { res: 9 }, { thread, result: 9 });
  // fdlimit, pgft_maj, pgft_min, vm_size, vm_rss and vm_swap stand between cwd and comm.
  expect([6, 7, 12, 13, 14, 15].map((index) => readField(`evt.arg[${index}]`, born))).toEqual([
    "/root",
    null,
    null,
    "sh",
    null,
    "0",
  ]);
  expect(readField("evt.arg.fdlimit", born)).toBeNull();
});

it("compares Falco's numbers as numbers", () => {
  const own = { addr: 4096n, length: 8, prot: 1, flags: 2, fd: -1, offset: 0 };
  const parameters = parametersOf(makeEvent("mmap", { res: 0, ...own }));
  expect(Object.fromEntries(parameters.map(([name, parameter]) => [name, parameter?.raw]))).toMatchObject({
    addr: 4096,
    length: 8,
    prot: 1,
    flags: 2,
    offset: 0,
  });
});

test("a relative chroot is told with the new root", () => {
  const thread = makeThread(makeProcess({ cwd: "/", root: "/srv/jail" }));
  const chroot = (own: Parameters<typeof makeEvent>[2]): string =>
    describeParameters(makeEvent("chroot", { res: 0, path: "jail" }, { thread, ...own }));
  expect(chroot({})).toBe("res=0 path=jail(/srv/jail)");
  expect(chroot({ failed: true, result: -2 })).toBe("res=-2(ENOENT) path=jail(/jail)");
});

test("an exec is told with the arguments that the program got, one that failed with those of the call", () => {
  const thread = makeThread(makeProcess({ exe: "/opt/x.sh", args: ["y"] }));
  const own = {
    res: 0,
    exe: "x",
    args: ["y"],
    filename: "/opt/x.sh",
    dirfd: undefined,
    dirfdPath: undefined,
  };
  const exec = (outcome: Parameters<typeof makeEvent>[2]): string =>
    describeParameters(makeEvent("execve", { ...own, env: [], flags: 0 }, { thread, ...outcome }));
  expect(exec({})).toMatch(/^res=0 exe=\/opt\/x.sh args=y. /);
  expect(exec({ failed: true, result: -2 })).toMatch(/^res=-2\(ENOENT\) exe=x args=y. /);
});

test("processes are told with their names, and bytes that do not print as dots", () => {
  const parent = makeProcess({ pid: 5, name: "sh" });
  const thread = makeThread(makeProcess({ parent, parentPid: 5, args: ["é\n", "b"] }), {
    name: "worker",
    tid: 8,
  });
  const event = makeEvent("fork", { res: 9 }, { thread, result: 9 });
  expect(describeParameters(event)).toContain("args=....b. tid=8(worker) pid=7(cat) ptid=5(sh) cwd=/root ");
});
