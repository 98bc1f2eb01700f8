import { createFieldReader, createTracker, parseProcfs } from "sentrytap";
import { describe, expect, it } from "vitest";
import { returned, Simulation, thread } from "../../packages/state/test/simulate.ts";
import { readProcfs } from "../traces/index.ts";
import { gapsOf, inThread, only, play, releases, returns, sole } from "./play.ts";

// How sandboxes and containers begin and end: docs/what-the-stream-says.md has these numbers.

describe("1: the first process of a container", () => {
  it("has a start, and a clone and an execve that nobody called", async () => {
    for (const release of releases) {
      const events = await play(`touch_bin.${release}`);
      const [start, clone, execve] = events;
      expect([start?.type, clone?.type, execve?.type]).toEqual(["container_start", "clone", "execve"]);
      expect([start?.tid, clone?.tid, execve?.tid]).toEqual([1, 1, 1]);
      expect(execve?.args).toMatchObject({ res: 0, exe: "/bin/bash", args: ["-c", expect.any(String)] });
      expect(start?.thread).toMatchObject({
        name: "bash",
        process: { isFirst: true, parent: undefined, exepath: "/bin/bash", terminal: false, cwd: "/" },
      });
    }
  });

  it("keeps its arguments as they were configured, and has its new name already", async () => {
    const [start] = await play("exec_session.2024");
    expect(start).toMatchObject({
      processName: "bash",
      args: { args: ["/bin/bash", "-c", "sleep 4; echo main done"], terminal: false },
    });
  });

  it("tells of a terminal", async () => {
    for (const release of releases) {
      const [start] = await play(`interactive_tty.${release}`);
      expect(start?.args).toMatchObject({ args: ["/bin/bash", "-i"], terminal: true });
      expect(start?.thread?.process.terminal).toBe(true);
    }
  });
});

describe("2: an exec session", () => {
  it.each(releases)("is a thread without birth, whose program is not guessed (%s)", async (release) => {
    const events = await play(`exec_session.${release}`);
    const sessions = only(events, "gap");
    expect(sessions.map(({ tid, args }) => [tid, args.kind])).toEqual([
      [3, "thread_without_birth"],
      [7, "thread_without_birth"],
      [8, "thread_without_birth"],
    ]);
    for (const { thread } of sessions) {
      expect(thread?.process).toMatchObject({
        isFirst: undefined,
        isExecSession: true,
        parentPid: undefined,
        exe: undefined,
        exepath: undefined,
        args: undefined,
        containerId: events[0]?.containerId,
      });
    }
    expect(sessions.map(({ thread }) => [thread?.name, thread?.process.cwd])).toEqual([
      ["sh", "/"],
      ["ls", "/"],
      ["sh", "/tmp"],
    ]);
    expect(sessions[2]?.thread?.credentials).toMatchObject({ realUid: 1000, effectiveGid: 1000 });
  });

  it.each(releases)("starts programs that are known in full (%s)", async (release) => {
    const events = await play(`exec_session.${release}`);
    const shadow = sole(returns(events, "openat").filter(({ args }) => args.name === "/etc/shadow"));
    expect(shadow.thread?.process).toMatchObject({
      exepath: "/usr/bin/cat",
      args: ["/etc/shadow"],
      parentPid: 3,
      parent: { name: "sh", exepath: undefined },
    });
    expect(only(inThread(events, 5), "clone", "sentry_exec", "execve", "procexit")).not.toEqual([]);
  });
});

describe("3: a session that begins late", () => {
  it.each(releases)("misses who was there before, once each (%s)", async (release) => {
    const events = await play(`attach.${release}`);
    expect(only(events, "container_start")).toEqual([]);
    const [stranger, first, lost, ...others] = only(events, "gap");
    expect([stranger?.args.kind, first?.args.kind]).toEqual(["thread_without_birth", "thread_without_birth"]);
    expect(events[0]).toBe(stranger);
    expect(first).toMatchObject({ tid: 1, thread: { process: { name: "bash", exepath: undefined } } });
    expect(lost?.args, "which goes on when the session is over").toEqual({
      kind: "sandbox_lost",
      threads: 2,
      processes: 2,
    });
    expect(others).toEqual([]);
  });

  it("misses no call that was under way", () => {
    const box = new Simulation();
    box.call("SYSCALL_READ", thread(2), { fd: 3n }, returned(1));
    box.send("SYSCALL_READ", thread(9), { fd: 3n, exit: returned(1) });
    expect(box.gaps.map(({ tid, args }) => [tid, args.kind])).toEqual([
      [2, "thread_without_birth"],
      [9, "thread_without_birth"],
    ]);
    box.send("SYSCALL_READ", thread(9), { fd: 3n, exit: returned(1) });
    expect(box.gaps.at(-1)?.args, "the second time it is a loss").toMatchObject({
      kind: "exit_without_enter",
    });
  });

  it.each(releases)("is completed by a dump of procfs (%s)", async (release) => {
    const dump = parseProcfs(readProcfs(`attach.${release}`));
    const tracker = createTracker();
    let isSeeded = false;
    const events = await play(
      `attach.${release}`,
      (event) => {
        if (!isSeeded) tracker.seed(event.sandbox, dump);
        isSeeded = true;
      },
      tracker,
    );
    const { process } = events.findLast(({ tid }) => tid === 1)?.thread ?? {};
    expect(process).toMatchObject({
      exepath: "/usr/bin/bash",
      args: ["-c", expect.stringContaining("cat /etc/hostname")],
      isFirst: true,
      containerId: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const cat = sole(
      returns(events, "execve")
        .filter(({ args }) => args.exe === "cat")
        .slice(-1),
    );
    expect(cat.thread?.process.parent?.exepath).toBe("/usr/bin/bash");
  });
});

describe("4: a connection without messages", () => {
  it("is a sandbox that ends", async () => {
    const events = await play("missing_entrypoint.2024");
    expect(events.map(({ type }) => type)).toEqual(["sandbox_end"]);
    expect(events[0]).toMatchObject({ thread: undefined, containerId: undefined, args: {} });
  });
});

describe("5: a sandbox that is killed, a container that starts again", () => {
  it("is lost with the threads that it had", async () => {
    const events = await play("sandbox_killed.2024");
    const [gap, end] = events.slice(-2);
    expect(gap?.args).toEqual({ kind: "sandbox_lost", threads: 2, processes: 2 });
    expect(end?.type).toBe("sandbox_end");
    expect(gapsOf(events)).toHaveLength(1);
  });

  it.each(releases)("is another sandbox, and nothing of the first is known there (%s)", async (release) => {
    const tracker = createTracker();
    const first = await play(`restart.${release}`, () => {}, tracker);
    const second = await play(`restart.${release}.c2`, () => {}, tracker);
    const [before, after] = [first[0], second[0]];
    expect(after?.containerId).toBe(before?.containerId);
    expect([before?.tid, after?.tid]).toEqual([1, 1]);
    expect(after?.sandbox).not.toBe(before?.sandbox);
    expect(after?.thread?.startTimeNs).not.toBe(before?.thread?.startTimeNs);
    expect(after?.thread?.descriptor(0)).toBeUndefined();
    expect(gapsOf([...first, ...second])).toEqual([]);
    for (const event of [before, after]) {
      if (event !== undefined) expect(tracker.stats(event.sandbox)).toMatchObject({ threads: 0, ended: 1 });
    }
  });
});

describe("6: several containers in one sandbox", () => {
  it.each(releases)("have a start each, and ids of their own (%s)", async (release) => {
    const events = await play(`pod.${release}`);
    const starts = only(events, "container_start");
    const containers = starts.map(({ args }) => args.id);
    expect(new Set(containers).size).toBe(3);
    expect(starts.map(({ tid }) => tid)).toEqual([1, 2, 5]);
    expect(starts.map(({ thread }) => thread?.process.isFirst)).toEqual([true, true, true]);
    for (const { thread, containerId } of events) {
      if (thread !== undefined) expect(thread.process.containerId).toBe(containerId);
    }
    const reader = createFieldReader(["container.id", "proc.name"]);
    const read = new Set(events.map((event) => JSON.stringify(reader.read(event))));
    expect(read).toContain(JSON.stringify([containers[2]?.slice(0, 12), "touch"]));
  });

  it.each(releases)(
    "find children by the ids of the sandbox, not by what calls return (%s)",
    async (release) => {
      const events = await play(`pod.${release}`);
      const calls = returns(events, "clone", "fork", "vfork").filter(({ message }) =>
        [23, 29].includes(message.messageType),
      );
      // The first call of a shell in a container of its own makes its second process, which is the sandbox's third.
      expect(calls[0]).toMatchObject({ tid: 2, args: { res: 2 } });
      const births = only(events, "clone").filter(({ message }) => message.messageType === 2);
      expect(births[0]).toMatchObject({ tid: 3, args: { vtid: 3, vpid: 3 } });
      for (const { thread, message } of births) {
        expect(thread?.process.parentPid).toBe(message.contextData?.threadGroupId);
      }
      const touch = sole(returns(events, "execve").filter(({ args }) => args.exe === "touch"));
      expect(touch.thread?.process).toMatchObject({ pid: 8, parent: { pid: 5, isFirst: true } });
      expect(gapsOf(events), "of `runsc exec` alone").toEqual([{ kind: "thread_without_birth" }]);
    },
  );
});

describe("7: ids of containers", () => {
  it("are 64 hex digits, or what `runsc do` makes up", async () => {
    const [pod] = await play("cat_shadow.2024");
    expect(pod?.containerId).toMatch(/^[0-9a-f]{64}$/);
    const events = await play("hello_do.2024");
    expect(events[0]?.containerId).toMatch(/^runsc-[0-9]{6}$/);
    expect(new Set(events.slice(0, -1).map(({ thread }) => thread?.process.containerId))).toEqual(
      new Set([events[0]?.containerId]),
    );
  });

  it("come with the environment of the caller of `runsc do`", async () => {
    const [start] = only(await play("hello_do.2024"), "container_start");
    expect(start?.args.env).toContainEqual(expect.stringMatching(/^PATH=/));
    expect(start?.thread?.process.env).toEqual(start?.args.env);
  });
});
