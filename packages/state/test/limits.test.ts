import { TraceError } from "@sentrytap/core";
import { describe, expect, it } from "vitest";
import { createTracker } from "../src/index.ts";
import { first, returned, Simulation, sysno, thread } from "./simulate.ts";

describe("limits", () => {
  it("must be positive integers", () => {
    for (const limit of ["maxThreads", "maxDescriptors", "maxEnded", "maxMemory"]) {
      for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        const make = (): unknown => createTracker({ [limit]: value });
        expect(make).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
        expect(make).toThrow(TraceError);
      }
    }
  });

  it("hold for threads: the oldest is forgotten, and counted", () => {
    const box = new Simulation({ maxThreads: 3 });
    box.start();
    for (let tid = 2; tid <= 10; tid++) box.clone(first, tid);
    expect(box.stats()).toMatchObject({ threads: 3, processes: 3 });
    expect(box.stats().evictedThreads).toBeGreaterThanOrEqual(7);
  });

  it("do not make a process that is heard of again a stranger", () => {
    const box = new Simulation({ maxThreads: 3 });
    box.start();
    for (let tid = 2; tid <= 4; tid++) box.clone(thread(tid - 1), tid);
    expect(box.process(first)).toMatchObject({ pid: 1, exe: "/bin/sh", args: ["-c", "x"] });
    expect(box.stats()).toMatchObject({ threads: 3, processes: 3 });
    expect(box.process(thread(4))).toMatchObject({ parent: { pid: 3 } });
  });

  it("hold for the descriptors of a process", () => {
    const box = new Simulation({ maxDescriptors: 4 });
    box.start();
    for (let fd = 0; fd < 100; fd++) box.openat(first, `/${fd}`, fd);
    expect(box.stats()).toMatchObject({ evictedDescriptors: 96, memory: expect.any(Number) });
    expect(box.descriptor(first, 99)?.name).toBe("/99");
    expect(box.descriptor(first, 95)).toBeUndefined();
  });

  it("hold for the dead that are remembered", () => {
    const box = new Simulation({ maxEnded: 5 });
    box.start();
    for (let tid = 2; tid < 50; tid++) {
      box.clone(first, tid);
      box.exit(thread(tid));
    }
    expect(box.stats()).toMatchObject({ threads: 1, ended: 5 });
  });

  it("hold for arguments and environments, of which the shell's survive a flood", () => {
    const box = new Simulation({ maxMemory: 1_000_000 });
    box.start();
    for (let tid = 2; tid < 200; tid++) {
      box.clone(first, tid);
      box.exec(thread(tid), "/bin/flood", ["flood", "x".repeat(50_000)]);
    }
    expect(box.stats().memory).toBeLessThanOrEqual(1_000_000);
    expect(box.stats().forgotten).toBeGreaterThan(100);
    expect(box.process(first)).toMatchObject({ args: ["-c", "x"], env: ["A=1"] });
    expect(box.process(thread(2, 2, { processName: "flood" }))).toMatchObject({
      args: undefined,
      exepath: "/bin/flood",
    });
  });

  it("hold for arguments of which there are many, all empty", () => {
    const box = new Simulation({ maxMemory: 100_000 });
    box.start();
    for (let tid = 2; tid < 20; tid++) {
      box.clone(first, tid);
      box.exec(thread(tid), "/bin/x", new Array(2_000).fill(""));
    }
    expect(box.stats().memory).toBeLessThanOrEqual(100_000);
  });

  it("hold where many children each change a copy of a large table", () => {
    const box = new Simulation({ maxMemory: 2_000_000 });
    box.start();
    for (let fd = 0; fd < 1_000; fd++) box.openat(first, `/file/${fd}`, fd);
    for (let tid = 2; tid < 100; tid++) {
      box.clone(first, tid);
      box.call("SYSCALL_CLOSE", thread(tid), { fd: 5n }, returned());
    }
    expect(box.stats().memory).toBeLessThanOrEqual(2_000_000);
    box.openat(thread(99), "/late", 7);
    expect(box.descriptor(thread(99), 7)?.name).toBe("/late");
  });

  it("hold for one table that outgrows them, and costs nobody else what is known of him", () => {
    const maxMemory = 1_000_000;
    const box = new Simulation({ maxMemory });
    box.start();
    box.clone(first, 2);
    for (let fd = 0; fd < 1_000; fd++) {
      box.openat(thread(2), `/${"x".repeat(4_000)}${fd}`, fd);
      expect(box.stats().memory).toBeLessThanOrEqual(maxMemory);
    }
    expect(box.process(first)).toMatchObject({ args: ["-c", "x"] });
    expect(box.descriptor(thread(2), 999)?.name).toMatch(/x999$/);
    expect(box.gaps.map(({ args }) => args.kind)).toContain("eviction");
  });

  it("hold for texts that no kernel would let pass", () => {
    const box = new Simulation();
    const huge = "x".repeat(100_000);
    box.start(thread(1, 1, { cwd: `/${huge}`, processName: huge, containerId: huge }));
    box.openat(thread(1, 1, { cwd: `/${huge}`, processName: huge, containerId: huge }), `/${huge}`, 3);
    const process = box.process(thread(1, 1, { cwd: `/${huge}`, processName: huge }));
    expect(process?.cwd).toHaveLength(4096);
    expect(process?.name).toHaveLength(15);
    expect(process?.descriptor(3)?.name).toHaveLength(4096);
  });

  it("hold for long paths, wherever they are kept", () => {
    const maxMemory = 1_000_000;
    const long = (tid: number): string => `/${"x".repeat(4_000)}${tid}`;
    const calls: readonly ((box: Simulation, tid: number) => unknown)[] = [
      (box, tid) => box.send("SYSCALL_READ", thread(tid, tid, { cwd: long(tid) }), { sysno: sysno.read }),
      (box, tid) => box.exec(thread(tid), long(tid), ["x"]),
      (box, tid) => box.send("SYSCALL_OPEN", thread(tid), { sysno: sysno.openat, pathname: long(tid) }),
      (box, tid) => {
        box.clone(thread(tid, tid, { isExecSession: true }), tid + 10_000, tid + 10_000, 0x200n);
        box.call("SYSCALL_CHROOT", thread(tid), { sysno: 161n, pathname: long(tid) }, returned());
        box.exit(thread(tid + 10_000));
      },
    ];
    for (const call of calls) {
      const box = new Simulation({ maxMemory });
      for (let tid = 1; tid <= 1_000; tid++) call(box, tid);
      expect(box.stats()).toMatchObject({ threads: 1_000, forgotten: expect.any(Number) });
      expect(box.stats().forgotten).toBeGreaterThan(700);
      expect(box.stats().memory).toBeLessThanOrEqual(maxMemory);
      for (let tid = 1; tid <= 1_000; tid++) box.exit(thread(tid));
      for (let tid = 2_001; tid <= 6_096; tid++) box.exit(thread(tid));
      expect(box.stats()).toMatchObject({ threads: 0, memory: 0 });
    }
  });

  it("do not believe an id that no container has", () => {
    const box = new Simulation();
    expect(box.process(thread(1, 1, { containerId: "x".repeat(257) }))?.containerId).toBeUndefined();
    expect(box.process(first)).toMatchObject({ containerId: "c1" });
  });

  it("keep every message cheap, however deep the processes nest", { timeout: 10_000 }, () => {
    const box = new Simulation();
    box.start();
    for (let tid = 2; tid <= 50_000; tid++) box.clone(thread(tid - 1), tid);
    expect(box.process(thread(50_000))).toMatchObject({ parent: { pid: 49_999 } });
    // Heard of before its parent, which then turns out to be one of these.
    box.send("SYSCALL_READ", thread(60_000, 60_000, { parentThreadGroupId: 60_001 }), { sysno: sysno.read });
    box.clone(thread(50_000), 60_001);
    expect(box.process(thread(60_000))?.parent).toBeUndefined();
  });

  it("leave nothing behind of an exec storm", () => {
    const box = new Simulation({ maxEnded: 1 });
    box.start();
    for (let i = 0; i < 500; i++) box.exec(first, `/bin/p${i}`, [`p${i}`, "x".repeat(1000)]);
    expect(box.stats()).toMatchObject({ threads: 1, processes: 1, ended: 0, forgotten: 0 });
    expect(box.stats().memory).toBeLessThan(3_000);
    box.exit(first);
    box.send("SYSCALL_READ", thread(2), { sysno: sysno.read });
    box.exit(thread(2));
    expect(box.stats()).toMatchObject({ ended: 1, memory: 0 });
  });
});

describe("several sandboxes", () => {
  it("have tables of their own in one tracker", () => {
    const tracker = createTracker();
    const one = new Simulation();
    const two = new Simulation();
    Object.assign(one, { tracker });
    Object.assign(two, { tracker });
    one.start();
    two.start();
    one.clone(first, 2);
    expect([one.stats().threads, two.stats().threads]).toEqual([2, 1]);
    expect(tracker.stats({ id: "never seen", arch: "x64" })).toBeUndefined();
  });

  it("hold for a program's arguments: the first are kept, and the cut is counted once", () => {
    const box = new Simulation();
    box.start();
    const many = Array.from({ length: 100_000 }, (_, i) => `arg${i}`);
    box.exec(first, "/bin/true", ["true", ...many]);
    const args = box.process(first)?.args;
    expect(args?.slice(0, 3)).toEqual(["arg0", "arg1", "arg2"]);
    expect(args?.join(" ").length).toBeLessThanOrEqual(16 * 1024);
    expect(args?.length).toBeGreaterThan(500);
    expect(box.stats().cutPrograms).toBe(1);
    box.exec(first, "/bin/true", ["true", "x".repeat(1_000_000)]);
    expect(box.process(first)?.args?.[0]).toHaveLength(16 * 1024 - 8);
    box.exec(first, "/bin/true", ["true", "few"]);
    expect(box.process(first)?.args).toEqual(["few"]);
    expect(box.stats().cutPrograms).toBe(2);
  });

  it("count the ended processes that lineage can no longer name", () => {
    const box = new Simulation({ maxEnded: 2 });
    box.start();
    for (let tid = 2; tid <= 6; tid++) {
      box.clone(first, tid);
      box.exit(thread(tid));
    }
    expect(box.stats()).toMatchObject({ ended: 2, evictedEnded: 3 });
  });
});
