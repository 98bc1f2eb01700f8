import { normalize } from "@sentrytap/events";
import { decodeFrame, type TracedSandbox } from "@sentrytap/wire";
import { describe, expect, it } from "vitest";
import { packetsOf, readTraceBytes } from "../../../test/traces/index.ts";
import { corpus } from "../../wire/test/corpus.ts";
import { createTracker, type Process, type TrackedEvent } from "../src/index.ts";
import { type Context, failed, first, returned, Simulation, sysno, thread } from "./simulate.ts";

const cloneNewPid = 0x2000_0000n;
const cloneParent = 0x8000n;

/** All events of a recording but gaps; `look` sees each at its time. */
function play(
  name: string,
  packets: readonly Uint8Array<ArrayBuffer>[],
  look: (event: TrackedEvent) => void = () => undefined,
): readonly TrackedEvent[] {
  const sandbox: TracedSandbox = { id: name, arch: "x64" };
  const tracker = createTracker();
  const all: TrackedEvent[] = [];
  for (const packet of packets) {
    normalize(decodeFrame(sandbox, packet), (event) => {
      tracker.apply(event, (tracked) => {
        if (tracked.type === "gap") return;
        look(tracked);
        all.push(tracked);
      });
    });
  }
  return all;
}

const fixture = (name: string): readonly TrackedEvent[] => play(name, packetsOf(readTraceBytes(name)));

const parents = (process: Process | undefined): unknown => [
  process?.parent?.pid,
  process?.currentParent?.pid,
];

describe("an orphan", () => {
  it("keeps the parent who made it, and is adopted by the first process of its container", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    box.clone(thread(2), 3);
    expect(parents(box.process(thread(3)))).toEqual([2, 2]);
    box.clone(thread(2), 4, 2);
    box.exit(thread(2));
    expect(parents(box.process(thread(3))), "another thread of the parent lives").toEqual([2, 2]);
    box.exit(thread(4, 2));
    expect(parents(box.process(thread(3)))).toEqual([2, 1]);
    box.exit(first);
    expect(parents(box.process(thread(3)))).toEqual([2, undefined]);
  });

  it("of a further container of a pod falls to the first process of that", () => {
    const box = new Simulation();
    box.start();
    const own = { containerId: "c2" };
    box.send("CONTAINER_START", thread(5, 5, own), { id: "c2", args: ["sh"] });
    box.clone(thread(5, 5, own), 6);
    box.clone(thread(6, 6, own), 7);
    box.exit(thread(6, 6, own));
    expect(parents(box.process(thread(7, 7, own)))).toEqual([6, 5]);
  });

  it("of an exec session falls to the first process of the container, too", () => {
    const box = new Simulation();
    box.start();
    box.clone(thread(8), 9);
    box.exit(thread(8));
    expect(parents(box.process(thread(9)))).toEqual([8, 1]);
  });

  it("in a pid namespace of its own falls to the first in there", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2, 2, cloneNewPid);
    box.clone(thread(2), 3);
    box.clone(thread(3), 4);
    box.exit(thread(3));
    expect(parents(box.process(thread(4)))).toEqual([3, 2]);
  });

  it("of a process that was not seen ends where nobody is known to adopt it", () => {
    const box = new Simulation();
    box.clone(thread(8), 9);
    box.exit(thread(8));
    expect(parents(box.process(thread(9)))).toEqual([8, undefined]);
  });

  it("has for its parent who the Sentry says, where it does", () => {
    const box = new Simulation();
    box.start();
    for (const pid of [2, 3]) box.clone(thread(pid - 1), pid);
    const told = (parentThreadGroupId: number): Context => thread(3, 3, { parentThreadGroupId });
    expect(parents(box.process(told(2)))).toEqual([2, 2]);
    box.exit(thread(2));
    box.clone(first, 4);
    expect(parents(box.process(told(4))), "a subreaper").toEqual([2, 4]);
    expect(parents(box.process(told(1)))).toEqual([2, 1]);
  });

  it("stays where its parent was only let go for lack of room", () => {
    const box = new Simulation({ maxThreads: 2 });
    box.start();
    box.clone(first, 2);
    box.clone(thread(2), 3);
    box.process(thread(3));
    box.clone(thread(3), 4);
    expect(parents(box.process(thread(3)))).toEqual([2, 2]);
  });

  it.each(corpus().filter(({ name }) => /^crash\.\d+$/.test(name)))(
    "is adopted by process 1 in $name, as the kernel and Falco have it",
    ({ name, packets }) => {
      const seen = new Set<string>();
      play(name, packets(), ({ tid, type, thread }) => {
        if (tid === 8 && type !== "clone" && type !== "exit_notify_parent") {
          seen.add(JSON.stringify(parents(thread?.process)));
        }
      });
      expect([...seen]).toEqual(["[7,1]"]);
    },
  );
});

describe("who shares the parent of its creator (CLONE_PARENT)", () => {
  it("has that one for its parent", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    expect(parents(box.clone(thread(2), 3, 3, cloneParent).thread?.process)).toEqual([1, 1]);
  });

  it("has none where there is none", () => {
    const box = new Simulation();
    box.start();
    const process = box.clone(first, 2, 2, cloneParent).thread?.process;
    expect(parents(process)).toEqual([undefined, undefined]);
    expect(process).toMatchObject({ isFirst: false, sid: 2 });
  });
});

describe("vfork", () => {
  it("makes one child, whether that is heard of before the call returns or after", () => {
    for (const early of [true, false]) {
      const box = new Simulation();
      box.start();
      box.send("SYSCALL_FORK", first, { sysno: 58n });
      box.clone(first, 2, 2, 0x4100n);
      const steps = [
        () => box.exec(thread(2), "/bin/true", ["true"]),
        () => box.send("SYSCALL_FORK", first, { sysno: 58n, exit: returned(2) }),
      ];
      for (const step of early ? steps : steps.reverse()) step();
      expect(box.process(thread(2, 2, { processName: "true" }))).toMatchObject({
        exe: "true",
        parent: { pid: 1, exe: "/bin/sh" },
      });
      expect(box.stats()).toMatchObject({ threads: 2, processes: 2 });
      expect(box.gaps).toEqual([]);
    }
  });
});

describe("an id that comes again", () => {
  it("is another process, with another parent, and not its own ancestor", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    box.clone(thread(2), 3);
    box.openat(thread(2), "/old", 3);
    box.exit(thread(2));
    box.clone(thread(3), 2);
    expect(box.process(thread(2))).toMatchObject({ parent: { pid: 3, parent: undefined } });
    expect(box.descriptor(thread(2), 3)).toBeUndefined();
  });

  it("of a thread that ended unseen belongs to the new process alone", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2, 1);
    box.clone(first, 2);
    expect(box.process(thread(2))).toMatchObject({ pid: 2, threadCount: 1 });
    expect(box.process(first)).toMatchObject({ threadCount: 1, childCount: 1 });
  });

  it("in a restarted container is of another sandbox object", () => {
    const events = ["restart.2024", "restart.2024.c2"].map((name) => fixture(name));
    for (const [start] of events) {
      expect(start).toMatchObject({
        type: "container_start",
        thread: { pid: 1, process: { childCount: 0 } },
      });
    }
    expect(events[0]?.[0]?.thread?.process).not.toBe(events[1]?.[0]?.thread?.process);
  });
});

describe("an exec session", () => {
  /** A sandbox whose births are told: its first process has made another one. */
  function told(): Simulation {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    return box;
  }

  it("is one where the Sentry says so, and its children are none", () => {
    const box = new Simulation();
    const session = thread(8, 8, { isExecSession: true });
    expect(box.process(session)).toMatchObject({ isExecSession: true, isFirst: true, sid: 8, root: "/" });
    expect(box.clone(session, 9).thread?.process).toMatchObject({
      isExecSession: false,
      isFirst: false,
      sid: 8,
    });
  });

  it("is taken for one where all births were told but this one's", () => {
    const box = told();
    expect(box.process(thread(8))).toMatchObject({
      isExecSession: true,
      isFirst: undefined,
      sid: 8,
      pgid: 8,
      parent: undefined,
      exepath: undefined,
    });
    expect(box.process(first)?.isExecSession).toBe(false);
    expect(box.process(thread(2))?.isExecSession).toBe(false);
  });

  it("is not known to be one where it may be anything", () => {
    const unknown = { isExecSession: undefined, sid: undefined };
    const late = new Simulation();
    late.clone(thread(7), 2);
    expect(late.process(thread(8)), "the session began late").toMatchObject(unknown);
    const birthless = new Simulation();
    birthless.start();
    expect(birthless.process(thread(8)), "no birth was told yet").toMatchObject(unknown);
    const dropped = told();
    dropped.send("SYSCALL_READ", first, {}, 3);
    expect(dropped.process(thread(8)), "messages were dropped").toMatchObject(unknown);
    expect(told().process(thread(9, 8)), "its first thread was not heard of").toMatchObject(unknown);
    expect(told().process({ threadId: 8 }), "the session names no processes").toMatchObject(unknown);
    const missing = told();
    missing.call("SYSCALL_READ", first, { sysno: sysno.read }, returned());
    missing.send("SYSCALL_READ", thread(2), { sysno: sysno.read });
    missing.send("SYSCALL_CLOSE", thread(2), {});
    expect(missing.process(thread(8)), "a call did not return").toMatchObject(unknown);
    const full = new Simulation({ maxThreads: 2 });
    full.start();
    for (const pid of [2, 3]) full.clone(first, pid);
    expect(full.process(thread(8)), "threads were forgotten").toMatchObject(unknown);
  });

  it("is none where it has a parent", () => {
    const box = told();
    expect(box.process(thread(8, 8, { parentThreadGroupId: 2 }))).toMatchObject({
      isExecSession: false,
      parent: { pid: 2 },
    });
  });

  it("is found to be none by a dump of procfs", () => {
    const box = told();
    box.process(thread(8));
    const none = { exepath: undefined, args: undefined, env: undefined, cwd: undefined, root: undefined };
    const rest = { name: undefined, startTimeNs: undefined, credentials: undefined, descriptors: undefined };
    const process = { pid: 8, parentPid: 2, pgid: 1, sid: 1, ...none, ...rest };
    box.tracker.seed(box.sandbox, { processes: [process], skipped: 0 });
    expect(box.process(thread(8))).toMatchObject({ isExecSession: false, sid: 1, parent: { pid: 2 } });
  });

  it("is found in recordings of them, and nothing else is", () => {
    const sessions = (name: string): unknown => {
      const found = new Map<number, Process>();
      for (const { thread } of fixture(name)) {
        if (thread?.process.isExecSession === true) found.set(thread.pid, thread.process);
      }
      return [...found.values()].map(({ pid, name: comm, sid }) => [pid, comm, sid]);
    };
    expect(sessions("exec_session.2024")).toEqual([
      [3, "sh", 3],
      [7, "ls", 7],
      [8, "sh", 8],
    ]);
    expect(sessions("pod.2024")).toEqual([[7, "echo", 7]]);
    for (const name of [
      "shell_pipeline.2024",
      "threads20.2024",
      "setuid_py.2024",
      "attach.2024",
      "nonutf8.2024",
    ]) {
      expect(sessions(name), name).toEqual([]);
    }
  });
});

describe("a session that tells of the ends of processes, but not of threads", () => {
  it("lets them go once their parents are told", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    box.clone(thread(2), 3, 2);
    box.clone(thread(2), 4);
    const event = box.send("SENTRY_EXIT_NOTIFY_PARENT", thread(2));
    expect(event.thread).toMatchObject({ tid: 2, process: { exe: "/bin/sh", threadCount: 0 } });
    expect(box.stats()).toMatchObject({ threads: 2, processes: 2, ended: 1 });
    expect(parents(box.process(thread(4)))).toEqual([2, 1]);
    box.send("SENTRY_EXIT_NOTIFY_PARENT", thread(2));
    expect(box.stats()).toMatchObject({ threads: 2, processes: 2, ended: 1 });
  });

  it("is not one that tells of both: a process that is traced may be told of early", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    box.clone(first, 3);
    box.exit(thread(3));
    box.send("SENTRY_EXIT_NOTIFY_PARENT", thread(2));
    expect(box.stats()).toMatchObject({ processes: 2 });
  });
});

describe("a failed setsid or fork", () => {
  it("makes nobody, and leads nothing", () => {
    const box = new Simulation();
    box.start();
    box.call("SYSCALL_FORK", first, { sysno: sysno.fork }, failed(11));
    expect(box.stats()).toMatchObject({ threads: 1, processes: 1 });
    expect(box.process(first)?.childCount).toBe(0);
  });
});
