import { normalize } from "@sentrytap/events";
import { decodeFrame, type TracedSandbox } from "@sentrytap/wire";
import { describe, expect, it } from "vitest";
import { packetsOf, readProcfs, readTraceBytes } from "../../../test/traces/index.ts";
import { createTracker, type ProcfsProcess, parseProcfs, type TrackedEvent } from "../src/index.ts";
import { first, returned, Simulation, sysno, thread } from "./simulate.ts";

/** A process as a dump has it, with what `more` says. */
function dumped(pid: number, more: Partial<ProcfsProcess> = {}): ProcfsProcess {
  return {
    pid,
    parentPid: 0,
    pgid: pid,
    sid: pid,
    name: `p${pid}`,
    exepath: `/bin/p${pid}`,
    args: [`./p${pid}`, "-x"],
    env: ["P=1"],
    cwd: `/home/${pid}`,
    root: "/",
    startTimeNs: BigInt(pid) * 1000n,
    credentials: { realUid: 1, effectiveUid: 2, savedUid: 3, realGid: 4, effectiveGid: 5, savedGid: 6 },
    descriptors: [],
    ...more,
  };
}

function seed(box: Simulation, ...processes: readonly ProcfsProcess[]): void {
  box.tracker.seed(box.sandbox, { processes, skipped: 0 });
}

/** The context of a thread of a session that collects only ids. */
function bare(tid: number, pid: number = tid): { threadId: number; threadGroupId: number } {
  return { threadId: tid, threadGroupId: pid };
}

describe("a seeded process", () => {
  it("is known before its first event", () => {
    const box = new Simulation();
    seed(box, dumped(1), dumped(8, { parentPid: 1, pgid: 8, sid: 1, root: "/jail" }));
    expect(box.stats()).toMatchObject({ threads: 2, processes: 2, seeded: 2 });
    const event = box.send("SYSCALL_READ", bare(8), { exit: returned() });
    expect(event.thread).toMatchObject({ tid: 8, name: "p8", startTimeNs: 8000n });
    expect(event.thread?.credentials).toMatchObject({ realUid: 1, savedGid: 6 });
    expect(event.thread?.process).toMatchObject({
      pid: 8,
      parentPid: 1,
      parent: { pid: 1, exepath: "/bin/p1", isFirst: true, parentPid: undefined },
      name: "p8",
      exe: "./p8",
      exepath: "/bin/p8",
      args: ["-x"],
      env: ["P=1"],
      cwd: "/home/8",
      root: "/jail",
      pgid: 8,
      sid: 1,
      startTimeNs: 8000n,
      terminal: undefined,
      isFirst: false,
      exeFromMemfd: false,
      containerId: undefined,
    });
  });

  it("has a parent in whatever order the dump lists them, and a circle is none", () => {
    const box = new Simulation();
    seed(box, dumped(9, { parentPid: 8, startTimeNs: undefined }), dumped(8, { parentPid: 1 }), dumped(1));
    expect(box.process(bare(9))?.parent?.parent).toMatchObject({ pid: 1 });
    const round = new Simulation();
    seed(round, dumped(2, { parentPid: 3 }), dumped(3, { parentPid: 2 }));
    expect(round.process(bare(2))?.parent?.parent).toBeUndefined();
  });

  it("has its container from its first event, and so have its ancestors and who is seeded later", () => {
    const box = new Simulation();
    seed(box, dumped(1), dumped(2, { parentPid: 1 }), dumped(3, { parentPid: 2 }), dumped(4));
    expect(box.process(thread(3))).toMatchObject({
      containerId: "c1",
      parent: { parent: { containerId: "c1" } },
    });
    expect(box.process(bare(4))?.containerId).toBeUndefined();
    seed(box, dumped(5, { parentPid: 1 }));
    expect(box.process(bare(5))?.containerId).toBe("c1");
  });

  it("has threads that the dump does not list, and ends with the last of them", () => {
    const box = new Simulation();
    seed(box, dumped(1));
    expect(box.openat(bare(5, 1), "x", 3)).toMatchObject({
      thread: { tid: 5, process: { exepath: "/bin/p1" } },
      fd: { name: "/home/1/x" },
    });
    box.exit(bare(1));
    expect(box.stats()).toMatchObject({ threads: 1, processes: 1 });
    box.exit(bare(5, 1));
    expect(box.stats()).toMatchObject({ threads: 0, processes: 0, ended: 1 });
    expect(box.gaps).toEqual([]);
    box.process(bare(6));
    expect(box.gaps).toMatchObject([{ tid: 6, args: { kind: "thread_without_birth" } }]);
  });

  it("hands on what it has to who is born of it", () => {
    const box = new Simulation();
    const descriptors = [{ number: 3, path: "/etc/passwd", mode: 0o100644 }];
    seed(box, dumped(1, { descriptors, root: "/jail", sid: 1, pgid: 7 }));
    const child = box.clone(bare(1), 2).thread?.process;
    expect(child).toMatchObject({
      exepath: "/bin/p1",
      cwd: "/home/1",
      root: "/jail",
      sid: 1,
      pgid: 7,
      parentPid: 1,
    });
    expect(child?.descriptor(3)?.name).toBe("/etc/passwd");
  });

  it("has the descriptors that gVisor's names tell", () => {
    const box = new Simulation();
    const paths = [
      "host:[1]",
      "pipe:[2]",
      "socket:[3]",
      "anon_inode:[eventfd]",
      "/memfd:x (deleted)",
      "/tmp",
      "/tmp/x",
      "",
    ];
    const modes = [0o010600, 0o010600, 0o140777, 0o600, 0o100777, 0o040755, 0o100644, 0];
    const descriptors = paths.map((path, number) => ({ number, path, mode: modes[number] ?? 0 }));
    seed(box, dumped(1, { descriptors }));
    const process = box.process(bare(1));
    expect(paths.map((_, number) => process?.descriptor(number)?.kind)).toEqual([
      "host",
      "pipe",
      "unknown",
      "eventfd",
      "memfd",
      "directory",
      "file",
      undefined,
    ]);
    expect(process?.descriptor(2)?.socket).toBeDefined();
    expect(process?.descriptor(6)).toMatchObject({ name: "/tmp/x", fdPath: "/tmp/x", flags: undefined });
    expect(box.openat(bare(1), "y", 9).fd?.name).toBe("/home/1/y");
  });

  it("is on a terminal where its standard streams are one", () => {
    const on = (...paths: readonly string[]): boolean | undefined => {
      const box = new Simulation();
      seed(box, dumped(1, { descriptors: paths.map((path, number) => ({ number, path, mode: 0o020620 })) }));
      return box.process(bare(1))?.terminal;
    };
    expect(on("host:[1]", "host:[1]", "host:[1]", "/etc/passwd")).toBe(true);
    expect(on("/dev/pts/0", "/dev/pts/0", "/dev/pts/0")).toBe(true);
    expect(on("host:[1]", "host:[2]", "host:[3]")).toBeUndefined();
    expect(on("host:[1]", "host:[1]")).toBeUndefined();
    expect(on("/dev/null", "/dev/null", "/dev/null")).toBeUndefined();
  });

  it("knows a program in anonymous memory", () => {
    const box = new Simulation();
    seed(box, dumped(1, { exepath: "/memfd:x (deleted)" }));
    expect(box.process(bare(1))?.exeFromMemfd).toBe(true);
  });

  it("of which little is told is as little known", () => {
    const box = new Simulation();
    seed(box, parseProcfs('{"status":{"pid":3}}').processes[0] ?? dumped(0));
    expect(box.process(bare(3))).toMatchObject({
      exe: undefined,
      exepath: undefined,
      args: undefined,
      env: undefined,
      sid: undefined,
      isFirst: undefined,
    });
  });

  it("counts against the limits as any other", () => {
    const box = new Simulation({ maxThreads: 2, maxDescriptors: 1, maxMemory: 10_000 });
    const descriptors = [1, 2].map((number) => ({ number, path: `/${number}`, mode: 0 }));
    seed(box, ...[1, 2, 3].map((pid) => dumped(pid, { descriptors, args: ["p", "a".repeat(20_000)] })));
    const stats = box.stats();
    expect(stats).toMatchObject({ threads: 2, evictedThreads: 1, evictedDescriptors: 3, cutPrograms: 3 });
    expect(stats.memory).toBeLessThanOrEqual(10_000);
  });
});

describe("a seed in the midst of the stream", () => {
  it("completes who was heard of already", () => {
    const box = new Simulation();
    const before = box.send("SYSCALL_READ", bare(9, 8), { fd: 0n, exit: returned() }).thread;
    seed(box, dumped(8, { descriptors: [{ number: 4, path: "/x", mode: 0 }] }));
    expect(before?.process.exepath).toBeUndefined();
    const event = box.send("SYSCALL_READ", bare(9, 8), { fd: 4n, exit: returned() });
    expect(event).toMatchObject({ fd: { name: "/x" }, thread: { name: undefined } });
    expect(event.thread?.process).toMatchObject({
      exepath: "/bin/p8",
      cwd: "/home/8",
      sid: 8,
      isFirst: true,
    });
    expect(box.send("SYSCALL_READ", bare(8), {}).thread).toMatchObject({
      name: "p8",
      credentials: { realUid: 1 },
      startTimeNs: 8000n,
    });
    expect(box.stats()).toMatchObject({ threads: 2, processes: 1, seeded: 1 });
  });

  it("does not change what events have told", () => {
    const box = new Simulation();
    const context = thread(8, 8, { processName: "now", cwd: "/now", credentials: { realUid: 33 } });
    box.openat(context, "a", 4);
    box.send("SYSCALL_CLOSE", context, { fd: 5n });
    const descriptors = [4, 5, 6, 2000].map((number) => ({ number, path: `/old/${number}`, mode: 0 }));
    seed(box, dumped(8, { descriptors }));
    const seen = box.send("SYSCALL_READ", bare(8), {}).thread;
    expect(seen).toMatchObject({ name: "now", credentials: { realUid: 33 } });
    expect(seen?.process).toMatchObject({ name: "now", cwd: "/now", containerId: "c1", exepath: "/bin/p8" });
    const names = [4, 5, 6, 2000].map((number) => seen?.process.descriptor(number)?.name);
    expect(names).toEqual(["/now/a", undefined, "/old/6", undefined]);
  });

  it("does not undo an exec, nor open what that may have closed", () => {
    const box = new Simulation();
    const context = thread(8);
    box.exec(context, "/bin/new", ["new"]);
    const descriptors = [{ number: 5, path: "/old", mode: 0 }];
    seed(box, dumped(8, { descriptors }));
    const process = box.process(bare(8));
    expect(process).toMatchObject({ name: "new", exepath: "/bin/new", args: [], sid: 8 });
    expect(process?.descriptor(5)).toBeUndefined();
  });

  it("takes a dump made after the exec at its word", () => {
    const box = new Simulation();
    box.exec(thread(8), "/bin/p8", ["p8"]);
    seed(box, dumped(8, { descriptors: [{ number: 5, path: "/x", mode: 0 }] }));
    expect(box.descriptor(bare(8), 5)?.name).toBe("/x");
  });

  it("leaves alone who was born in the stream", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    seed(box, dumped(1), dumped(2, { parentPid: 7, descriptors: [{ number: 5, path: "/x", mode: 0 }] }));
    expect(box.process(bare(2))).toMatchObject({ exepath: "/bin/sh", parentPid: 1, sid: 1, cwd: "/" });
    expect(box.descriptor(bare(2), 5)).toBeUndefined();
    expect(box.stats()).toMatchObject({ processes: 2, seeded: 0 });
  });

  it("tells where a program lies that was found by PATH", () => {
    const box = new Simulation();
    box.send("CONTAINER_START", thread(5), { id: "c1", args: ["p5"], env: ["OWN=1"] });
    box.clone(thread(5), 6);
    box.send("CONTAINER_START", thread(7), { id: "c1", args: ["sh"] });
    seed(box, dumped(5, { args: ["p5"] }), dumped(7, { args: ["other"] }));
    expect(box.process(thread(5))).toMatchObject({ exe: "p5", exepath: "/bin/p5", env: ["OWN=1"] });
    expect(box.process(thread(6))).toMatchObject({ exe: "p5", exepath: "/bin/p5" });
    expect(box.process(thread(7)), "another program than the dump has").toMatchObject({ exepath: undefined });
  });

  it("tells those who were born of a stranger whom they are of, unless they have gone their own way", () => {
    const box = new Simulation();
    box.clone(bare(1), 2);
    box.clone(bare(1), 3);
    box.clone(bare(2), 4);
    box.exec(bare(3), "/bin/own", ["own"]);
    box.exit(bare(2));
    seed(box, dumped(1), dumped(3, { parentPid: 1 }));
    expect(box.process(bare(4))).toMatchObject({
      exepath: "/bin/p1",
      sid: 1,
      parent: { pid: 2, exepath: "/bin/p1", parent: { pid: 1 } },
    });
    expect(box.process(bare(3))).toMatchObject({ exepath: "/bin/own", parentPid: 1, sid: 3 });
  });

  it("believes the dump where a child was born of a stranger and its exec not seen", () => {
    const box = new Simulation();
    box.clone(bare(1), 2);
    seed(box, dumped(2, { parentPid: 1 }));
    expect(box.process(bare(2))?.exepath).toBe("/bin/p2");
    expect(box.process(bare(1))?.exepath).toBeUndefined();
  });

  it("brings nobody back who has ended", () => {
    const box = new Simulation();
    box.send("SYSCALL_READ", bare(8), {});
    box.clone(bare(8), 9);
    box.exit(bare(8));
    seed(box, dumped(8));
    expect(box.stats()).toMatchObject({ threads: 1, processes: 1, seeded: 0 });
    expect(box.process(bare(9))?.parent).toMatchObject({ pid: 8, exepath: "/bin/p8" });
  });

  it("brings no thread back either, of a process whose main thread has ended", () => {
    const box = new Simulation();
    box.send("SYSCALL_READ", bare(8), {});
    box.send("SYSCALL_READ", bare(9, 8), {});
    box.exit(bare(8));
    seed(box, dumped(8));
    expect(box.stats()).toMatchObject({ threads: 1, processes: 1 });
    expect(box.process(bare(9, 8))?.exepath).toBe("/bin/p8");
  });

  it("tells processes of one id apart by when they began", () => {
    const box = new Simulation();
    const began = (
      ns: bigint,
    ): { threadId: number; threadGroupId: number; threadGroupStartTimeNs: bigint } => ({
      ...bare(8),
      threadGroupStartTimeNs: ns,
    });
    box.send("SYSCALL_READ", began(50n), {});
    seed(box, dumped(8, { startTimeNs: 49n }));
    expect(box.process(bare(8))?.exepath).toBeUndefined();
    box.exit(began(50n));
    seed(box, dumped(8, { startTimeNs: 50n }));
    expect(box.stats().processes).toBe(0);
    seed(box, dumped(8, { startTimeNs: 51n }));
    expect(box.process(bare(8))).toMatchObject({ exepath: "/bin/p8", startTimeNs: 51n });
  });

  it("knows one again who was let go for lack of room", () => {
    const box = new Simulation({ maxThreads: 2 });
    for (const pid of [1, 2, 3]) box.exec(bare(pid), `/bin/own${pid}`, ["own"]);
    seed(box, dumped(1));
    expect(box.stats()).toMatchObject({ threads: 2, processes: 2 });
    expect(box.process(bare(1))).toMatchObject({ exepath: "/bin/own1", sid: 1 });
    expect(box.stats()).toMatchObject({ threads: 2, processes: 2 });
  });

  it("makes no process of an id that is a thread's of another", () => {
    const box = new Simulation();
    box.send("SYSCALL_READ", bare(9, 8), {});
    seed(box, dumped(9));
    expect(box.stats()).toMatchObject({ threads: 1, processes: 1, seeded: 0 });
    expect(box.process(bare(9, 8))).toMatchObject({ pid: 8, exepath: undefined });
  });

  it("may come twice", () => {
    const box = new Simulation();
    seed(box, dumped(1));
    box.call("SYSCALL_CHDIR", bare(1), { sysno: sysno.chdir, pathname: "/new" }, returned());
    seed(box, dumped(1, { exepath: "/bin/other" }), dumped(2, { parentPid: 1 }));
    expect(box.process(bare(1))).toMatchObject({ exepath: "/bin/p1", cwd: "/new" });
    expect(box.stats()).toMatchObject({ threads: 2, processes: 2, seeded: 2 });
  });
});

/** Plays a recording, and calls `before` before each event. */
function play(name: string, before: (number: number, seedNow: () => void) => void): readonly TrackedEvent[] {
  const sandbox: TracedSandbox = { id: name, arch: "x64" };
  const tracker = createTracker();
  const dump = parseProcfs(readProcfs(name));
  const all: TrackedEvent[] = [];
  let number = 0;
  for (const packet of packetsOf(readTraceBytes(name))) {
    normalize(decodeFrame(sandbox, packet), (event) => {
      before(number++, () => tracker.seed(sandbox, dump));
      tracker.apply(event, (tracked) => {
        if (tracked.type !== "gap") all.push(tracked);
      });
    });
  }
  return all;
}

describe("a recording of a sandbox that ran already", () => {
  it("is known from its first event on", () => {
    const events = play("attach.2024", (number, seedNow) => number === 0 && seedNow());
    expect(events[0]).toMatchObject({ type: "close", tid: 15, fd: { name: "host:[3]" } });
    expect(events[0]?.thread?.process).toMatchObject({
      exepath: "/usr/bin/sleep",
      args: ["0.2"],
      cwd: "/",
      root: "/",
      sid: 1,
      pgid: 1,
      parent: {
        pid: 1,
        exepath: "/usr/bin/bash",
        args: ["-c", expect.stringContaining("cat /etc/hostname")],
      },
    });
    expect(events[0]?.thread?.process.env).toContain("HOME=/root");
    for (const { type, thread, context } of events) {
      expect(thread?.process.exepath).toBeDefined();
      // The context of a birth is that of who made it.
      if (type !== "clone") expect(thread?.process.startTimeNs).toBe(context?.threadGroupStartTimeNs);
      expect(thread?.process.containerId).toBe(context?.containerId);
      expect(thread?.process.sid).toBe(1);
      const lineage = thread?.pid === 1 ? thread.process : thread?.process.parent;
      expect(lineage).toMatchObject({
        pid: 1,
        name: "bash",
        isFirst: true,
        containerId: context?.containerId,
      });
    }
  });

  it("is known as well where the dump comes late", () => {
    for (const late of [1, 5, 7, 40, 200]) {
      const events = play("attach.2024", (number, seedNow) => number === late && seedNow());
      expect(events[0]?.thread?.process.exepath).toBeUndefined();
      const after = events.slice(late).filter(({ type }) => type !== "exit_notify_parent");
      for (const { thread } of after) expect(thread?.process.exepath, `seeded at ${late}`).toBeDefined();
      expect(after.some(({ thread }) => thread?.process.exepath === "/usr/bin/bash")).toBe(true);
    }
  });

  it("is known but for who came between the dump and the session, where the dump was taken too early", () => {
    const events = play("attach.2024.c3", (number, seedNow) => number === 0 && seedNow());
    const strangers = new Set(events.map(({ thread }) => thread?.process).filter((each) => !each?.exepath));
    expect([...strangers].map((stranger) => [stranger?.pid, stranger?.parent])).toEqual([[27, undefined]]);
    expect(events.at(-1)?.thread?.process).toMatchObject({ parent: { pid: 1, exepath: "/usr/bin/bash" } });
  });
});

describe("a recording of a sandbox whose beginning was seen", () => {
  it("says of every process what the dump says, which changes nothing", () => {
    const { processes } = parseProcfs(readProcfs("pod.2024"));
    const plain = play("pod.2024", () => undefined);
    for (const told of processes) {
      const [exe, ...args] = told.args ?? [];
      const agreeing = plain.find(({ thread }) => {
        const process = thread?.process;
        return (
          process?.pid === told.pid &&
          process.exe === exe &&
          String(process.args) === String(args) &&
          String([...(process.env ?? [])].sort()) === String([...(told.env ?? [])].sort()) &&
          (process.parentPid ?? 0) === told.parentPid &&
          process.sid === told.sid &&
          process.pgid === told.pgid &&
          process.cwd === told.cwd &&
          process.root === told.root
        );
      });
      expect(agreeing, `process ${told.pid}`).toBeDefined();
    }
    const strip = ({ thread }: TrackedEvent): unknown =>
      thread && { ...thread, process: { ...thread.process } };
    for (const at of [30, 150, 300]) {
      const seeded = play("pod.2024", (number, seedNow) => number === at && seedNow());
      expect(seeded.map(strip)).toEqual(plain.map(strip));
    }
  });
});
