import { describe, expect, it } from "vitest";
import { cloexec, read, started } from "./descriptor-steps.ts";
import { failed, first, returned, sysno, thread } from "./simulate.ts";

describe("processes", () => {
  it("have a copy of their parent's table", () => {
    const box = started();
    box.openat(first, "/x", 3);
    box.clone(first, 2);
    box.openat(thread(2), "/child", 4);
    box.call("SYSCALL_CLOSE", first, { fd: 3n }, returned());
    expect([box.descriptor(first, 3), box.descriptor(first, 4)]).toEqual([undefined, undefined]);
    expect([box.descriptor(thread(2), 3)?.name, box.descriptor(thread(2), 4)?.name]).toEqual([
      "/x",
      "/child",
    ]);
  });

  it("share it with CLONE_FILES, until one calls exec", () => {
    const box = started();
    box.clone(first, 2, 2, 0x400n);
    box.openat(thread(2), "/x", 3, cloexec);
    expect(box.descriptor(first, 3)?.name).toBe("/x");
    box.exec(thread(2), "/bin/ls", ["ls"]);
    expect(box.descriptor(thread(2, 2, { processName: "ls" }), 3)).toBeUndefined();
    expect(box.descriptor(first, 3)?.name).toBe("/x");
  });

  it("share it with CLONE_FILES also after the one that had it first has ended", () => {
    const box = started();
    box.clone(first, 2);
    box.clone(thread(2), 3, 3, 0x400n);
    box.openat(thread(2), "/x", 3);
    box.exit(thread(2));
    expect(box.descriptor(thread(3), 3)?.name).toBe("/x");
  });

  it("close on exec what is to be closed, but not where that failed", () => {
    const box = started();
    box.openat(first, "/keep", 3);
    box.openat(first, "/drop", 4, cloexec);
    const exec = { sysno: sysno.execve, pathname: "/bin/ls", argv: ["ls"] };
    box.call("SYSCALL_EXECVE", first, exec, failed(2));
    expect(box.descriptor(first, 4)?.name).toBe("/drop");
    box.exec(first, "/bin/ls", ["ls"]);
    const after = thread(1, 1, { processName: "ls" });
    expect(box.descriptor(after, 3)?.name).toBe("/keep");
    expect(box.descriptor(after, 4)).toBeUndefined();
  });
});

describe("the descriptors of a process", () => {
  it("are listed as they are when they are looked at", () => {
    const box = started();
    const list = box.process(first)?.descriptors();
    expect([list?.size, [...(list ?? [])]]).toEqual([0, []]);
    box.openat(first, "/a", 3);
    box.openat(first, "/b", 4, cloexec);
    expect([...(list ?? [])].map(([fd, { name }]) => [fd, name])).toEqual([
      [3, "/a"],
      [4, "/b"],
    ]);
    box.exec(first, "/bin/ls", ["ls"]);
    expect(list?.size).toBe(1);
    box.exit(first);
    expect(list?.size).toBe(0);
  });
});

describe("threads", () => {
  const cloneVm = 0x10f00n & ~0x400n;

  it("made without CLONE_FILES have a copy of their maker's table", () => {
    const box = started();
    box.openat(first, "/x", 3);
    box.clone(first, 2, 1, cloneVm);
    const other = thread(2, 1);
    box.openat(other, "/own", 4);
    box.call("SYSCALL_CLOSE", other, { fd: 3n }, returned());
    expect([read(box, 3).fd?.name, read(box, 4).fd]).toEqual(["/x", undefined]);
    expect([read(box, 3, "", other).fd, read(box, 4, "", other).fd?.name]).toEqual([undefined, "/own"]);
    const event = read(box, 4, "", other);
    expect(event.thread?.descriptor(4)?.name).toBe("/own");
    expect(
      event.thread?.process.descriptor(4),
      "which is that of the process's other threads",
    ).toBeUndefined();
  });

  it("share a table with what they make, be it a thread or a process, with CLONE_FILES", () => {
    const box = started();
    box.clone(first, 2, 1, cloneVm);
    box.clone(thread(2, 1), 3, 1);
    box.clone(thread(2, 1), 4, 4, 0x400n);
    box.openat(thread(4), "/shared", 7);
    expect(read(box, 7, "", thread(2, 1)).fd?.name).toBe("/shared");
    expect(read(box, 7, "", thread(3, 1)).fd?.name).toBe("/shared");
    expect(read(box, 7).fd).toBeUndefined();
    box.exit(thread(2, 1));
    box.openat(thread(3, 1), "/later", 8);
    expect(read(box, 8, "", thread(4)).fd?.name).toBe("/later");
  });

  it("make processes that have a copy of their own table", () => {
    const box = started();
    box.clone(first, 2, 1, cloneVm);
    box.openat(thread(2, 1), "/own", 4);
    box.clone(thread(2, 1), 5);
    expect(box.descriptor(thread(5), 4)?.name).toBe("/own");
  });

  it("leave their own table to the process when they call exec, and none of the process's", () => {
    const box = started();
    box.openat(first, "/of-others", 3);
    box.clone(first, 2, 1, cloneVm);
    const other = thread(2, 1);
    box.openat(other, "/own", 4);
    box.openat(other, "/closed", 5, cloexec);
    box.call("SYSCALL_CLOSE", other, { fd: 3n }, returned());
    box.exec(other, "/bin/ls", ["ls"]);
    box.exit(first);
    const after = thread(1, 1, { processName: "ls" });
    const names = [3, 4, 5].map((fd) => box.descriptor(after, fd)?.name);
    expect(names).toEqual([undefined, "/own", undefined]);
  });

  it("that ended leave nothing to account for", () => {
    const box = started();
    for (let tid = 2; tid < 20; tid++) {
      box.clone(first, tid, 1, cloneVm);
      box.openat(thread(tid, 1), "/own", tid);
    }
    for (let tid = 2; tid < 20; tid++) box.exit(thread(tid, 1));
    box.exit(first);
    expect(box.stats()).toMatchObject({ threads: 0 });
    expect(box.stats().memory, "the program of the dead").toBeLessThan(200);
  });
});
