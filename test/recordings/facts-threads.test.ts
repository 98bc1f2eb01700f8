import type { TrackedEvent } from "sentrytap";
import { describe, expect, it } from "vitest";
import { first, returned, Simulation, thread } from "../../packages/state/test/simulate.ts";
import { gapsOf, inThread, names, type Of, only, play, releases, returns, sole } from "./play.ts";

// How threads and processes come and go: docs/what-the-stream-says.md has these numbers.

/** New threads, told on their side. */
function births(events: readonly TrackedEvent[]): Of<"clone">[] {
  return only(events, "clone").filter(({ message }) => message.messageType === 2);
}

/** Calls that make threads, told in the caller. */
function makings(events: readonly TrackedEvent[]): Of<"clone" | "fork" | "vfork">[] {
  return returns(events, "clone", "fork", "vfork").filter(
    ({ message }) => message.messageType === 23 || message.messageType === 29,
  );
}

describe("8: a birth comes first", () => {
  it("in every recording, and is of the child", async () => {
    let born = 0;
    for (const name of names.filter((each) => !each.includes("minimal"))) {
      const heard = new Set<number | undefined>();
      for (const { tid, type, message, args, thread: child } of await play(name)) {
        if (type === "clone" && message.messageType === 2) {
          expect(heard, `${tid} in ${name}`).not.toContain(tid);
          expect(args).toMatchObject({ res: 0, vtid: tid, startTimeNs: child?.startTimeNs });
          expect(child).toMatchObject({ tid, startTimeNs: expect.any(BigInt) });
          born++;
        }
        heard.add(tid);
      }
    }
    expect(born).toBeGreaterThan(150);
  });

  it("and may make calls before its parent's has returned", () => {
    const box = new Simulation();
    box.start();
    box.send("SYSCALL_FORK", first, { sysno: 57n });
    box.clone(first, 2);
    const early = box.openat(thread(2), "/early", 3);
    expect(early.thread?.process).toMatchObject({ pid: 2, parent: { pid: 1 }, exe: "/bin/sh" });
    expect(box.send("SYSCALL_FORK", first, { sysno: 57n, exit: returned(2) })).toMatchObject({
      args: { res: 2 },
    });
    expect(box.gaps).toEqual([]);
  });

  it.each(releases)("with the call's flags, but for the exit signal (%s)", async (release) => {
    const events = await play(`touch_bin.${release}`);
    const call = makings(events)[0];
    const child = births(events)[0];
    expect([call?.type, call?.tid, call?.args]).toMatchObject([
      "clone",
      1,
      { flags: 18874385, vtid: undefined },
    ]);
    expect([child?.tid, child?.args.flags]).toEqual([2, 18874368]);
    expect(returns(inThread(events, 2), "clone"), "one event in the child").toHaveLength(1);
  });
});

describe("9: calls that make threads", () => {
  it("are all told by the release of 2022, whose threads come by clone", async () => {
    const [spawned, threads] = [await play("spawn.2022"), await play("threads20.2022")];
    expect(makings(spawned).map(({ type }) => type)).toEqual([
      ...["clone", "vfork", "vfork", "vfork", "vfork"],
      ...["clone", "clone", "clone"],
    ]);
    expect(births(spawned)).toHaveLength(8);
    expect([makings(threads).length, births(threads).length]).toEqual([20, 20]);
  });

  it("are not all told by that of 2024, which serves clone3, and the tables do not need them", async () => {
    const [spawned, threads] = [await play("spawn.2024"), await play("threads20.2024")];
    expect(makings(spawned)).toHaveLength(6);
    expect(births(spawned).map(({ tid, thread: child }) => [tid, child?.process.parentPid])).toEqual([
      ...[2, 3, 4, 5, 6, 7].map((tid) => [tid, 1]),
      ...[8, 9].map((tid) => [tid, 7]),
    ]);
    expect([makings(threads).length, births(threads).length]).toEqual([0, 20]);
    for (const { thread: made } of births(threads)) expect(made?.process.pid).toBe(1);
    expect(gapsOf([...spawned, ...threads])).toEqual([]);
  });

  it.each([
    ["2022", { res: -38 }, 38],
    ["2024", { res: 2 }, undefined],
  ])("show where a raw point is asked for: clone3 in %s", async (release, args, errno) => {
    const events = await play(`clone3.${release}`);
    const call = sole(returns(events, "syscall"));
    expect(call).toMatchObject({ tid: 1, errno, args: { name: "clone3", params: { size: 88 }, ...args } });
    expect(sole(births(events))).toMatchObject({ tid: 2, pid: 1, args: { flags: 4001536 } });
  });
});

describe("10: ends", () => {
  it.each(releases)(
    "are told once of each thread, and then of each process but the first (%s)",
    async (release) => {
      const events = await play(`touch_bin.${release}`);
      const ends = only(events, "procexit", "exit_notify_parent").map(({ type, tid }) => `${type} ${tid}`);
      expect(ends).toEqual([
        ...[2, 3, 4].flatMap((tid) => [`procexit ${tid}`, `exit_notify_parent ${tid}`]),
        "procexit 1",
      ]);
    },
  );

  it.each(releases)("of processes come twice for orphans, and bring nobody back (%s)", async (release) => {
    const alive: (number | undefined)[] = [];
    const adopted = new Map<number | undefined, number | undefined>();
    const events = await play(`orphans.${release}`, ({ type, tid, thread: ended }) => {
      if (type === "exit_notify_parent") alive.push(ended?.process.threadCount);
      if (type === "procexit") adopted.set(tid, ended?.process.currentParent?.pid);
    });
    const notices = only(events, "exit_notify_parent");
    expect(alive, "threads").toEqual([0, 0, 0, 0, 0]);
    expect(notices.map(({ thread: ended }) => ended?.process.args)).toEqual(Array(5).fill(["orphans"]));
    expect(notices.map(({ args }) => `${args.ret} ${args.sig}`).sort()).toEqual([
      "0 9",
      "4 0",
      "4 0",
      "5 0",
      "5 0",
    ]);
    const orphan = notices.find(({ args }) => args.ret === 5);
    expect(orphan?.thread?.process.parent?.pid, "who made it").toBe(2);
    expect(adopted.get(orphan?.tid), "who adopted it").toBe(1);
    expect(gapsOf(events)).toEqual([]);
  });

  it("of processes have no working directory, and it is known all the same", async () => {
    for (const release of releases) {
      for (const event of only(await play(`touch_bin.${release}`), "exit_notify_parent")) {
        expect(event.cwd).toBeUndefined();
        expect(event.thread?.process.cwd).toBe("/");
      }
    }
  });
});

describe("11: a leader that ends before its threads", () => {
  it.each(releases)("leaves the process alive until the last (%s)", async (release) => {
    const alive = new Map<number | undefined, number>();
    const events = await play(`late_threads.${release}`, ({ type, tid, thread: ended }) => {
      if (type === "procexit") alive.set(tid, ended?.process.threadCount ?? -1);
    });
    const end = events.findIndex(({ type, tid }) => type === "procexit" && tid === 1);
    const late = returns(events.slice(end), "read");
    expect(late.map(({ tid }) => tid).sort()).toEqual([2, 3, 4]);
    for (const event of late) {
      expect(event).toMatchObject({
        pid: 1,
        fd: { kind: "pipe" },
        thread: { process: { isFirst: true, args: ["late_threads"] } },
      });
    }
    expect(alive.get(1)).toBe(3);
    expect([2, 3, 4].map((tid) => alive.get(tid)).sort()).toEqual([0, 1, 2]);
    expect(gapsOf(events)).toEqual([]);
  });
});

describe("12: an exec in a thread that is not the leader", () => {
  it.each(releases)("makes it the leader, under the leader's id (%s)", async (release) => {
    const events = await play(`thread_exec.${release}`);
    const exec = sole(returns(events, "execve").filter(({ message }) => message.messageType === 11));
    expect(exec).toMatchObject({
      tid: 3,
      pid: 1,
      processName: "corners",
      thread: { tid: 3, name: "link", process: { pid: 1, exepath: "/bin/corners", args: ["end"] } },
    });
    expect(sole(only(events, "sentry_exec")).tid).toBe(3);
    const after = returns(events, "prlimit").at(-1);
    expect(after).toMatchObject({
      tid: 1,
      processName: "link",
      thread: {
        tid: 1,
        name: "link",
        process: { exe: "renamed", args: ["end"], env: ["MADE=by a thread"], isFirst: true, name: "link" },
      },
    });
    expect(only(inThread(events, 3), "procexit"), "which never ends").toEqual([]);
  });

  it.each(releases)("leaves the last words of the others to them, and is no gap (%s)", async (release) => {
    const alive: (number | undefined)[] = [];
    const events = await play(`thread_exec.${release}`, ({ type, thread: ended }) => {
      if (type === "procexit") alive.push(ended?.process.threadCount);
    });
    const interrupted = returns(events, "read");
    expect(interrupted.map(({ tid, errno }) => [tid, errno]).sort()).toEqual([
      [1, 512],
      [2, 512],
    ]);
    for (const event of interrupted) expect(event.thread?.name).toBe("corners");
    const ends = only(events, "procexit");
    const words = ends.map(({ tid, thread: ended }) => `${tid} ${ended?.name}`);
    expect(words.slice(0, 2).sort()).toEqual(["1 corners", "2 corners"]);
    expect(words.slice(2)).toEqual(["1 link"]);
    expect(alive, "the new leader goes on alone").toEqual([2, 1, 0]);
    expect(gapsOf(events)).toEqual([]);
  });
});

describe("13: how a process ended", () => {
  it("is its exit code", async () => {
    for (const release of releases) {
      expect(sole(only(await play(`exitcode.${release}`), "procexit")).args).toMatchObject({
        status: 768,
        ret: 3,
        sig: 0,
      });
    }
  });

  it("or a signal, or nothing", async () => {
    const ends = only(await play("signal_kill.2024"), "procexit", "exit_notify_parent");
    const told = new Map(ends.map(({ tid, args }) => [tid, [args.status, args.ret, args.sig]]));
    expect(told.get(2), "SIGKILL").toEqual([9, 0, 9]);
    expect(told.get(4), "SIGTERM").toEqual([15, 0, 15]);
    expect(told.get(5)).toEqual([7 << 8, 7, 0]);
    expect(told.get(1)).toEqual([0, 0, 0]);
  });
});

describe("14: ids of threads", () => {
  it("only grow, over all containers of a sandbox", async () => {
    for (const name of names.filter((each) => !each.includes("minimal"))) {
      const born = (await play(name)).flatMap((event) =>
        event.type === "container_start" || (event.type === "clone" && event.message.messageType === 2)
          ? [event.tid ?? 0]
          : [],
      );
      expect(born, name).toEqual([...new Set(born)].sort((a, b) => a - b));
    }
  });

  it("that come again end who had them before", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    const old = box.exec(thread(2), "/bin/old", ["old"]).thread;
    box.clone(first, 2);
    const next = box.openat(thread(2), "/x", 3).thread;
    expect(next?.process).toMatchObject({ pid: 2, exe: "/bin/sh", parentPid: 1 });
    expect(old?.process.exe).toBe("old");
    expect(box.stats()).toMatchObject({ threads: 2, processes: 2 });
  });
});
