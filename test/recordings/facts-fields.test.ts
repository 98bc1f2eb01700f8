import { createFieldReader, errnoName, eventToJson, type TrackedEvent } from "sentrytap";
import { describe, expect, it } from "vitest";
import { message } from "../../packages/events/test/message.ts";
import { failed, first, Simulation, thread } from "../../packages/state/test/simulate.ts";
import { gapsOf, inThread, names, only, play, releases, returns, sole } from "./play.ts";

// What the fields say, and how much of it is true: docs/what-the-stream-says.md has these numbers.

/** gVisor's own name for the descriptor of an event, where its message has one. */
function fdPathOf({ message: m }: TrackedEvent): string {
  return "fdPath" in m ? m.fdPath : "";
}

describe("21: what is zero is not sent", () => {
  it("and known all the same: root, read, descriptor 0", async () => {
    for (const release of releases) {
      const [start] = await play(`cat_shadow.${release}`);
      expect(start?.credentials).toMatchObject({ realUid: 0, effectiveUid: 0, savedGid: 0 });
      expect(start?.thread?.credentials).toMatchObject({ realUid: 0, effectiveGid: 0 });
      const reader = createFieldReader(["user.uid", "user.name", "group.gid"]);
      expect(start && reader.read(start)).toEqual([0, "root", 0]);
      const dups = returns(await play(`fd_paths.${release}`), "dup2");
      expect(dups.map(({ args, fdNumber }) => [args.newfd, args.res, fdNumber])).toEqual([
        [0, 0, 0],
        [0, 0, 0],
      ]);
    }
    // None of these fields is in the bytes.
    const bare = message("SYSCALL_READ", { exit: {} });
    const box = new Simulation();
    box.start();
    const read = box.send("SYSCALL_READ", first, { exit: {} });
    expect(bare.toMessage()).toMatchObject({ sysno: 0n, fd: 0n, exit: { result: 0n } });
    expect(read).toMatchObject({ type: "read", direction: "exit", result: 0, failed: false, fdNumber: 0 });
    expect(box.send("SYSCALL_READ", first, {})).toMatchObject({ direction: "enter", result: undefined });
  });

  it("but unknown where the part that would have it is missing", async () => {
    for (const release of releases) {
      const events = await play(`spawn_minimal.${release}`);
      for (const event of events) {
        const { context, credentials, tid, timeNs, cwd, containerId, processName } = event;
        if (event.type === "clone") continue; // which names who was born
        expect([context, credentials, tid, timeNs, cwd, processName]).toEqual(Array(6).fill(undefined));
        expect(containerId).toBeUndefined();
      }
      const reader = createFieldReader(["user.uid", "evt.type", "evt.rawtime"]);
      expect(reader.read(sole(returns(events, "dup2").slice(-1)))).toEqual([null, "dup2", null]);
      const threads = new Set(events.map(({ thread: known }) => known?.tid));
      expect(threads, "the first of all is known without an id").toEqual(new Set([1, undefined]));
      expect(gapsOf(events)).toEqual([]);
    }
  });

  it("in raw points, too", async () => {
    for (const release of releases) {
      const raw = returns(await play(`rawall_ls.${release}`), "syscall");
      const read = raw.find(({ args }) => args.name === "read");
      expect(read?.message.sysno).toBe(0n);
    }
  });
});

describe("22: results and errors", () => {
  it("are a negated errno wherever there is a result", async () => {
    for (const release of releases) {
      const denied = returns(await play(`execve_failures.${release}`), "openat").filter(
        ({ failed: is }) => is,
      );
      expect(denied.length).toBeGreaterThan(3);
      for (const { result, errno, args, fdNumber } of denied) {
        expect(errno).toBeGreaterThan(0);
        expect([result, args.fd, fdNumber]).toEqual(Array(3).fill(-(errno ?? 0)));
      }
    }
  });

  it.each(releases)(
    "of an interrupted call are the kernel's own, and the call may go on (%s)",
    async (release) => {
      const events = await play(`interrupted.${release}`);
      const reads = only(inThread(events, 1), "read").map(({ direction, args, errno }) => [
        direction,
        args.res,
        errno,
      ]);
      expect(reads).toEqual([
        ["enter", undefined, undefined],
        ["exit", -512, 512],
        ["enter", undefined, undefined], // restarted
        ["exit", 1, undefined],
        ["enter", undefined, undefined],
        ["exit", -512, 512], // and not
      ]);
      expect(errnoName(512)).toBe("ERESTARTSYS");
      const accept = sole(returns(events, "accept"));
      expect(accept).toMatchObject({ errno: 4, args: { fd: -4, listener: 5 }, fdNumber: -4, fd: undefined });
      expect(gapsOf(events)).toEqual([]);
      const reader = createFieldReader(["evt.res", "evt.rawres", "evt.failed"]);
      const interrupted = returns(inThread(events, 1), "read").filter(({ errno }) => errno === 512);
      expect(interrupted.map((event) => reader.read(event))).toEqual([
        ["ERESTARTSYS", -512, true],
        ["ERESTARTSYS", -512, true],
      ]);
      expect(interrupted.map((event) => eventToJson(event).errno)).toEqual(["ERESTARTSYS", "ERESTARTSYS"]);
    },
  );
});

describe("23: where a new descriptor is told", () => {
  it.each(releases)("is its return (%s)", async (release) => {
    const events = [...(await play(`special_fds.${release}`)), ...(await play(`tcp4.${release}`))];
    const one = ["eventfd", "eventfd2", "timerfd_create", "inotify_init", "inotify_init1"] as const;
    for (const event of only(events, ...one)) {
      const number = event.direction === "enter" ? undefined : event.result;
      expect([event.args.res, event.fdNumber]).toEqual([number, number]);
      expect(event.fd !== undefined, "what was made").toBe(event.direction === "exit");
    }
    for (const event of only(events, "openat", "socket")) {
      expect(event.args.fd).toBe(event.result);
      if (event.direction === "enter") expect(event.fd).toBeUndefined();
    }
    const connection = returns(events, "accept4").at(0);
    expect(connection).toMatchObject({ args: { fd: 4, listener: 3 }, fdNumber: 4, fd: { kind: "ipv4" } });
  });

  it.each(releases)("is in fields of their own of pairs, and not told on the enter (%s)", async (release) => {
    const pairs = only(await play(`special_fds.${release}`), "socketpair");
    expect(pairs.map(({ direction, args }) => [direction, args.fd1, args.fd2])).toEqual([
      ["enter", undefined, undefined],
      ["exit", 3, 4],
      ["enter", undefined, undefined],
      ["exit", 5, 6],
    ]);
    const pipes: unknown[] = [];
    await play(`fd_paths.${release}`, ({ type, args, direction, thread: caller }) => {
      if (type !== "pipe2") return;
      const [one, other] = [args.fd1 ?? -1, args.fd2 ?? -1].map((fd) => caller?.descriptor(fd)?.kind);
      pipes.push([direction, one, other]);
    });
    expect(pipes).toEqual([
      ["enter", undefined, undefined],
      ["exit", "pipe", "pipe"],
    ]);
  });

  it.each(releases)(
    "is -100 for no directory, and creat has the flags it stands for (%s)",
    async (release) => {
      const creat = sole(returns(await play(`fd_paths.${release}`), "creat"));
      expect(creat.args).toMatchObject({ fd: 3, dirfd: -100, name: "/tmp/new", flags: 0o1101, mode: 0o600 });
      expect(creat.fd).toMatchObject({ name: "/tmp/new", flags: 0o1101 });
    },
  );
});

describe("24: what was opened", () => {
  it.each(releases)("is absolute from the open on, also below a descriptor (%s)", async (release) => {
    const reader = createFieldReader(["evt.abspath"]);
    const said: unknown[] = [];
    const events = await play(`fd_paths.${release}`, (event) => {
      const path = reader.read(event);
      if (event.type === "openat" && event.args.dirfd === 3 && path !== undefined) said.push(...path);
    });
    const below = returns(events, "openat").filter(({ args }) => args.dirfd === 3);
    expect(below.map((event) => [event.args.name, fdPathOf(event), event.fd?.name])).toEqual([
      ["../d/./f", "/tmp/d", "/tmp/d/f"],
      ["f", "/tmp/d", "/tmp/d/f"],
    ]);
    expect(said).toEqual(["/tmp/d/f", "/tmp/d/f"]);
  });

  it.each(releases)("has gVisor's own path from the first use on (%s)", async (release) => {
    const events = await play(`fd_paths.${release}`);
    const open = returns(events, "openat").find(({ args }) => args.name === "/bin/link");
    expect(open?.fd).toMatchObject({ name: "/bin/link", fdPath: undefined });
    const use = events.slice(events.indexOf(open as TrackedEvent) + 1)[0];
    expect(use).toMatchObject({ type: "read", fd: { name: "/bin/link", fdPath: "/bin/corners" } });
  });
});

describe("25: descriptors that are not there", () => {
  it("never give a name, and the return of a close has what its enter had", async () => {
    let closes = 0;
    for (const name of names.filter((each) => !/minimal|nonutf8/.test(each))) {
      const entered = new Map<number | undefined, TrackedEvent>();
      for (const event of await play(name)) {
        expect(JSON.stringify([event.fd?.name, event.fd?.fdPath]), name).not.toContain("[err");
        if (event.type !== "close") continue;
        if (event.direction === "enter") {
          entered.set(event.tid, event);
          continue;
        }
        const before = entered.get(event.tid);
        if (before === undefined) continue; // the session asks for no enters, or began later
        expect([event.fdNumber, event.fd], name).toEqual([before.fdNumber, before.fd]);
        if (fdPathOf(event) === "[err: FD not found]") closes++;
      }
    }
    expect(closes).toBeGreaterThan(1500);
  });

  it.each(releases)("are none of a number that is not open (%s)", async (release) => {
    const uses = only(await play(`fd_paths.${release}`), "read", "close").filter(
      ({ args }) => args.fd === 77,
    );
    expect(uses.map(fdPathOf)).toEqual(Array(4).fill("[err: FD not found]"));
    expect(uses.map(({ fd, fdNumber }) => [fd, fdNumber])).toEqual(Array(4).fill([undefined, 77]));
  });
});

describe("26: gVisor's names for descriptors", () => {
  it.each(releases)("tell what each is, seen made or not (%s)", async (release) => {
    const uses = only(await play(`fd_paths.${release}`), "read").filter(
      ({ direction }) => direction === "enter",
    );
    const told = uses.map((event) => {
      const { kind, name, deleted } = event.fd ?? {};
      return [fdPathOf(event).replace(/[0-9]+\]$/, "N]"), kind, name, deleted];
    });
    expect(told).toEqual([
      ["/tmp/d/f (deleted)", "file", "/tmp/d/f", true],
      ["/tmp/d/f (deleted)", "file", "/tmp/d/f", true],
      ["/tmp/d", "directory", "/tmp/d", false],
      ["/tmp/new", "file", "/tmp/new", false],
      ["/proc/1/cmdline", "file", "/proc/self/cmdline", false],
      ["/bin/corners", "file", "/bin/link", false],
      ["/memfd:made (deleted)", "memfd", "/memfd:made (deleted)", false],
      ["anon_inode:[eventfd]", "eventfd", "", false],
      ["anon_inode:[eventpoll]", "eventpoll", "", false],
      ["anon_inode:[timerfd]", "timerfd", "", false],
      ["anon_inode:[signalfd]", "signalfd", "", false],
      ["anon_inode:[inotifyfd:N]", "inotify", "", false],
      ["socket:[N]", "unix", "", false],
      ["pipe:[N]", "pipe", "", false],
      ["pipe:[N]", "pipe", "", false],
      ["", undefined, undefined, undefined],
      ["[err: FD not found]", undefined, undefined, undefined],
    ]);
  });

  it.each(releases)(
    "tell what the container was given, and a directory that is gone (%s)",
    async (release) => {
      const events = await play(`fd_paths.${release}`);
      expect(only(events, "dup")[0]?.fd).toMatchObject({
        kind: "host",
        name: expect.stringMatching(/^host:\[[0-9]+\]$/),
      });
      const gone = returns(events, "openat").at(-1);
      expect(gone).toMatchObject({ cwd: "/tmp/gone (deleted)", args: { name: "x" }, failed: true });
    },
  );

  it.each(releases)(
    "are seen from the container's root, where a process has another, too (%s)",
    async (release) => {
      const events = await play(`chroot.${release}`);
      const root = sole(
        only(events, "close").filter(({ fd, direction }) => direction === "enter" && fd?.name === "/"),
      );
      expect(root).toMatchObject({
        fd: { name: "/", fdPath: "/tmp/jail" },
        thread: { process: { root: "/tmp/jail" } },
      });
      const moved = returns(events, "chroot").filter(({ failed: isFailed }) => !isFailed);
      expect(moved.map(({ args, cwd, thread: mover }) => [args.path, cwd, mover?.process.root])).toEqual([
        ["/tmp/jail", "/", "/tmp/jail"],
        [".", "/", "/tmp/jail"],
      ]);
      const failure = sole(returns(events, "chroot").filter(({ failed: isFailed }) => isFailed));
      expect(failure.thread?.process.root).toBe("/");
    },
  );
});

describe("27: the context of a return", () => {
  it.each(releases)("has the new ids (%s)", async (release) => {
    const events = await play(`setuid_py.${release}`);
    const changes = only(events, "setuid", "setresuid").filter(({ failed: isFailed }) => !isFailed);
    const ids = changes.map(({ tid, direction, credentials: told, thread: known }) => {
      expect(known?.credentials).toMatchObject({ realUid: told?.realUid, effectiveUid: told?.effectiveUid });
      return [tid, direction, told?.realUid, told?.effectiveUid, told?.savedUid];
    });
    expect(ids.slice(0, 8)).toEqual([
      [2, "enter", 0, 0, 0],
      [2, "exit", 65534, 65534, 65534],
      [3, "enter", 0, 0, 0],
      [3, "exit", 1000, 1000, 1000],
      [4, "enter", 0, 0, 0],
      [4, "exit", 1000, 1001, 1002],
      [5, "enter", 0, 0, 0],
      [5, "exit", 0, 1000, 0],
    ]);
    const kept = returns(inThread(events, 5), "setresuid")[0];
    expect(kept?.args, "what stays as it is").toMatchObject({ ruid: -1, euid: 1000, suid: -1 });
    const refused = returns(inThread(events, 7), "setuid").at(-1);
    expect(refused).toMatchObject({
      errno: 1,
      args: { uid: 0 },
      thread: { credentials: { effectiveUid: 1000 } },
    });
  });

  it.each(releases)("has the new directory (%s)", async (release) => {
    const moves = only(await play(`fd_paths.${release}`), "chdir");
    expect(moves.map(({ direction, cwd, thread: mover }) => [direction, cwd, mover?.process.cwd])).toEqual([
      ["enter", "/", "/"],
      ["exit", "/tmp/gone", "/tmp/gone"],
    ]);
  });
});

describe("28: fields that hold rubbish", () => {
  it.each(releases)("are the old limits of prlimit until it has succeeded (%s)", async (release) => {
    const limits = only(await play(`prlimit.${release}`), "prlimit");
    const before = limits.filter(({ direction, failed: isFailed }) => direction === "enter" || isFailed);
    const rubbish = before.filter(({ message: m }) => (m.oldLimit?.cur ?? 0n) > 0n);
    expect(rubbish.length, "which the bytes have").toBeGreaterThan(0);
    for (const { args } of before) expect([args.oldcur, args.oldmax]).toEqual([undefined, undefined]);
    const asked = limits.find(({ direction, args }) => direction === "exit" && args.resource === 7);
    expect(asked?.args).toMatchObject({ res: 0, oldcur: 1024n, oldmax: 1048576n, newcur: undefined });
  });

  it.each(releases)(
    "are the setting of timerfd_gettime and the address of accept, likewise (%s)",
    async (release) => {
      const timers = only(await play(`special_fds.${release}`), "timerfd_gettime");
      expect(timers.map(({ direction, args }) => [direction, args.currValue?.intervalNs])).toEqual([
        ["enter", undefined],
        ["exit", 500n],
      ]);
      const accepts = only(await play(`tcp4.${release}`), "accept4");
      const enters = accepts.filter(({ direction }) => direction === "enter");
      expect(
        enters.some(({ message: m }) => m.address.length > 0),
        "the caller's buffer",
      ).toBe(true);
      for (const { args } of enters) expect(args.addr).toBeUndefined();
      for (const { args } of returns(accepts, "accept4"))
        expect(args.addr).toMatchObject({ ip: "127.0.0.1" });
    },
  );

  it.each(releases)("are the watch of inotify_rm_watch, always (%s)", async (release) => {
    const events = await play(`special_fds.${release}`);
    const [made] = returns(events, "inotify_add_watch");
    const [removed] = returns(events, "inotify_rm_watch");
    expect(made?.args.res).toBe(1);
    expect(removed?.args.res, "the same one").toBe(0);
    expect(removed?.args.wd).toBe(removed?.message.wd);
    expect(removed?.args.wd).not.toBe(1);
  });
});

describe("29: addresses", () => {
  it.each(releases)("are read by family, a path up to its NUL (%s)", async (release) => {
    const events = [
      ...(await play(`unix_sockets.${release === "2022" ? "2024" : release}`)),
      ...(await play(`tcp4.${release}`)),
    ];
    const addresses = new Set(returns(events, "connect").map(({ fd }) => fd?.name));
    for (const name of ["/tmp/stream.sock", "@abstract-name", "relative.sock", "/var/run/docker.sock"]) {
      expect(addresses).toContain(name);
    }
    expect(addresses).toContain("0.0.0.0:0->169.254.169.254:80");
  });

  it.each(releases)("may have rubbish behind the NUL (%s)", async (release) => {
    const [lookup] = returns(await play(`touch_bin.${release}`), "connect");
    expect(lookup?.message.address).toHaveLength(110);
    expect(lookup?.args.addr).toEqual({ family: "unix", path: "/var/run/nscd/socket" });
    const rubbish = new TextEncoder().encode("\x01\0/var/run/nscd/socket\0ELF\x7f");
    const box = new Simulation();
    box.start();
    const event = box.call("SYSCALL_CONNECT", first, { fd: 3n, address: rubbish }, failed(2));
    expect(event.args).toMatchObject({ addr: { family: "unix", path: "/var/run/nscd/socket" } });
  });

  it("may be of any bytes where they are abstract, which stay apart", async () => {
    const odd = returns(await play("unix_sockets.2024"), "bind").find(({ args }) =>
      JSON.stringify(args.addr).includes("abs\ufffd"),
    );
    expect(odd?.args.addr).toMatchObject({ family: "unix", path: expect.stringMatching(/^@abs/) });
    expect(odd?.args.addr && "bytes" in odd.args.addr && odd.args.addr.bytes).toContain(0xff);
  });

  it("are but a family from accept on a Unix socket", async () => {
    const accepted = returns(await play("unix_sockets.2024"), "accept4");
    expect(accepted.length).toBeGreaterThan(3);
    for (const { message: m, args } of accepted) {
      expect(m.address).toHaveLength(2);
      expect(args.addr).toEqual({ family: "unix", path: "" });
    }
  });
});

describe("30: text arrives whole", () => {
  it("with everything in it that UTF-8 can say", async () => {
    const [start] = only(await play("fixed_args.2024"), "container_start");
    const rest = ["arg zero", "", `with 'quotes' "and" \\ backslash`, "tab\there", "new\nline", "日本語"];
    expect(start?.args.args.slice(3)).toEqual(rest);
    expect(start?.thread?.process.args?.slice(2)).toEqual(rest);
    expect(start?.args.env).toEqual(expect.arrayContaining(["EMPTY=", "UTF8=ü", "MULTI=a\nb"]));
  });

  it("up to a hundred kilobytes and more", async () => {
    const events = await play("long_argv.2024");
    const [, exec] = returns(events, "execve");
    expect(exec?.args.args).toHaveLength(100);
    expect(exec?.args.args.join("")).toHaveLength(100_190);
    expect(only(events, "sentry_exec")[0]?.args.args.slice(1)).toEqual(exec?.args.args);
    const kept = exec?.thread?.process.args ?? [];
    expect(kept.length, "of which the tables keep the beginning").toBeLessThan(100);
    expect(exec?.args.args.slice(0, kept.length - 1)).toEqual(kept.slice(0, -1));
    expect(gapsOf(events)).toEqual([]);
  });

  it("in a thread's name of 15 bytes, too", () => {
    const box = new Simulation();
    box.start();
    const name = "ééééééé";
    expect(box.openat(thread(1, 1, { processName: name }), "/x", 3)).toMatchObject({
      processName: name,
      thread: { name },
    });
  });
});
