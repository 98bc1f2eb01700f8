import { describe, expect, it } from "vitest";
import type { Process } from "../src/index.ts";
import { failed, first, returned, Simulation, thread } from "./simulate.ts";

const numbers = { setpgid: 109n, setsid: 112n };

/** What sessions and groups are known of a process. */
function ids(process: Process | undefined): unknown {
  const { sid, pgid, sessionLeader, groupLeader } = process ?? {};
  return { sid, pgid, sessionLeader: sessionLeader?.pid, groupLeader: groupLeader?.pid };
}

/** All of whom lead themselves. */
const alone = (pid: number): unknown => ({ sid: pid, pgid: pid, sessionLeader: pid, groupLeader: pid });
const unknown = { sid: undefined, pgid: undefined, sessionLeader: undefined, groupLeader: undefined };

function setsid(box: Simulation, pid: number, exit = returned(pid)): Process | undefined {
  return box.call("SYSCALL_SETID", thread(pid), { sysno: numbers.setsid }, exit).thread?.process;
}

/** setpgid(2), which only raw points tell. */
function setpgid(box: Simulation, caller: number, pid: number, pgid: number, exit = returned()): void {
  box.call(
    "SYSCALL_RAW",
    thread(caller),
    { sysno: numbers.setpgid, arg1: BigInt(pid), arg2: BigInt(pgid) },
    exit,
  );
}

describe("sessions and process groups", () => {
  it("begin with a container, and are inherited by all who are born in it", () => {
    const box = new Simulation();
    expect(ids(box.start().thread?.process)).toEqual(alone(1));
    box.clone(first, 2);
    expect(ids(box.clone(thread(2), 3).thread?.process)).toEqual(alone(1));
  });

  it("are not known of a stranger, nor of his children", () => {
    const box = new Simulation();
    expect(ids(box.process(thread(8)))).toEqual(unknown);
    expect(ids(box.clone(thread(8), 9).thread?.process)).toEqual(unknown);
  });

  it("begin with an exec session, where the Sentry says that it is one", () => {
    const box = new Simulation();
    expect(ids(box.process(thread(8, 8, { isExecSession: true })))).toEqual(alone(8));
  });

  it("begin anew with setsid, once it succeeds", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    expect(ids(setsid(box, 2, failed(1)))).toEqual(alone(1));
    expect(ids(setsid(box, 2))).toEqual(alone(2));
    expect(ids(box.clone(thread(2), 3).thread?.process)).toEqual(alone(2));
    expect(ids(box.process(first))).toEqual(alone(1));
  });

  it("have the terminal of the container until they begin anew", () => {
    for (const terminal of [true, false]) {
      const box = new Simulation();
      const start = box.send("CONTAINER_START", first, { id: "c1", args: ["sh"], terminal });
      expect(start.thread?.process.terminal).toBe(terminal);
      expect(box.clone(first, 2).thread?.process.terminal).toBe(terminal);
      expect(setsid(box, 2)?.terminal).toBe(terminal ? undefined : false);
      expect(box.process(first)?.terminal).toBe(terminal);
    }
  });

  it("begin anew with setsid that is only told raw", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    box.call("SYSCALL_RAW", thread(2), { sysno: numbers.setsid }, returned(2));
    expect(ids(box.process(thread(2)))).toEqual(alone(2));
  });

  it("of a child with CLONE_PARENT are those of the parent that it shares", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    setsid(box, 2);
    expect(ids(box.clone(thread(2), 3, 3, 0x8000n).thread?.process)).toEqual(alone(1));
    expect(ids(box.clone(first, 4, 4, 0x8000n).thread?.process)).toEqual(alone(4));
    box.clone(thread(2), 5);
    box.exit(thread(2));
    expect(ids(box.clone(thread(5), 6, 6, 0x8000n).thread?.process)).toEqual(unknown);
  });

  it("have leaders that have ended, and then the eldest who is left", () => {
    const box = new Simulation({ maxEnded: 1 });
    box.start();
    box.clone(first, 2);
    setsid(box, 2);
    box.clone(thread(2), 3);
    box.clone(thread(3), 4);
    box.exit(thread(2));
    expect(ids(box.process(thread(4)))).toEqual(alone(2));
    box.clone(first, 5);
    box.exit(thread(5));
    expect(ids(box.process(thread(4)))).toEqual({ sid: 2, pgid: 2, sessionLeader: 3, groupLeader: 3 });
    box.clone(first, 2);
    expect(ids(box.process(thread(4)))).toMatchObject({ sessionLeader: 3 });
  });
});

describe("setpgid, where raw points tell it", () => {
  it("makes a group, joins one, and moves a child, by ids of the root namespace", () => {
    const box = new Simulation();
    box.start();
    for (const pid of [2, 3, 4]) box.clone(first, pid);
    setpgid(box, 2, 0, 0);
    expect(ids(box.process(thread(2)))).toEqual({ sid: 1, pgid: 2, sessionLeader: 1, groupLeader: 2 });
    setpgid(box, 3, 3, 2);
    expect(ids(box.process(thread(3)))).toMatchObject({ pgid: 2, groupLeader: 2 });
    setpgid(box, 1, 4, 4);
    expect(ids(box.process(thread(4)))).toMatchObject({ pgid: 4, groupLeader: 4 });
    setpgid(box, 4, 0, 1, failed(1));
    expect(ids(box.process(thread(4)))).toMatchObject({ pgid: 4 });
    setpgid(box, 1, 77, 77);
    expect(ids(box.process(first))).toEqual(alone(1));
  });

  it("leaves a group unknown that is named by an id of another namespace", () => {
    const box = new Simulation();
    box.start();
    box.start(thread(20, 20, { containerId: "c2" }));
    box.clone(thread(20), 21);
    box.clone(first, 30, 30, 0x2000_0000n);
    setpgid(box, 21, 0, 0);
    expect(ids(box.process(thread(21)))).toMatchObject({ sid: 20, pgid: 21 });
    setpgid(box, 21, 0, 1);
    expect(ids(box.process(thread(21)))).toMatchObject({ sid: 20, pgid: undefined, groupLeader: undefined });
    setpgid(box, 20, 1, 1);
    expect(ids(box.process(thread(20)))).toMatchObject({ pgid: undefined });
    setpgid(box, 30, 1, 1);
    expect(ids(box.process(thread(30)))).toMatchObject({ pgid: undefined });
    expect(ids(box.process(first))).toEqual(alone(1));
  });
});

describe("counts", () => {
  const counts = (process: Process | undefined): unknown => [
    process?.threadCount,
    process?.hasMainThread,
    process?.childCount,
  ];

  it("are of threads and children that live", () => {
    const box = new Simulation();
    box.start();
    expect(counts(box.process(first))).toEqual([1, true, 0]);
    box.clone(first, 2, 1);
    box.clone(thread(2, 1), 3);
    box.clone(thread(3), 4);
    expect(counts(box.process(first))).toEqual([2, true, 1]);
    expect(counts(box.exit(first).thread?.process)).toEqual([1, false, 1]);
    expect(counts(box.exit(thread(3)).thread?.process)).toEqual([0, false, 1]);
    expect(counts(box.process(thread(2, 1)))).toEqual([1, false, 0]);
    expect(counts(box.exit(thread(4)).thread?.process.parent)).toEqual([0, false, 0]);
  });

  it("count a child once that was let go for lack of room and comes back", () => {
    const box = new Simulation({ maxThreads: 3 });
    box.start();
    for (const pid of [2, 3, 4]) box.clone(first, pid);
    box.process(first);
    box.process(thread(2));
    box.process(first);
    expect(box.process(first)?.childCount).toBe(2);
    for (const pid of [2, 3, 4]) box.exit(thread(pid));
    expect(box.process(first)?.childCount).toBe(0);
  });

  it("count a child whose parent is found late", () => {
    const box = new Simulation();
    const child = thread(2, 2, { parentThreadGroupId: 1 });
    box.process(child);
    box.process(first);
    expect(box.process(child)?.parent?.childCount).toBe(1);
    box.exit(child);
    expect(box.process(first)?.childCount).toBe(0);
  });
});
