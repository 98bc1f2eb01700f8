import { describe, expect, it } from "vitest";
import { failed, first, returned, Simulation, sysno, thread } from "./simulate.ts";

describe("a container", () => {
  it("has its first process from its start", () => {
    const box = new Simulation();
    const process = box.start().thread?.process;
    expect(process).toMatchObject({
      pid: 1,
      parentPid: undefined,
      parent: undefined,
      name: "sh",
      exe: "/bin/sh",
      exepath: "/bin/sh",
      args: ["-c", "x"],
      env: ["A=1"],
      containerId: "c1",
      isFirst: true,
      terminal: false,
    });
  });

  it("does not pretend to know where a program without a path was found", () => {
    const box = new Simulation();
    const event = box.send("CONTAINER_START", first, { id: "c1", args: ["sh"] });
    expect(event.thread?.process).toMatchObject({ exe: "sh", exepath: undefined, name: "sh" });
  });

  it("names its first process after its program where the session has no names", () => {
    const box = new Simulation();
    const event = box.send("CONTAINER_START", { threadId: 1 }, { args: ["/usr/bin/a-name-of-many-letters"] });
    expect(event.thread).toMatchObject({ pid: 1, name: "a-name-of-many-" });
  });

  it("is one of several in a pod, each with its own first process", () => {
    const box = new Simulation();
    box.start();
    const event = box.send("CONTAINER_START", thread(4, 4, { containerId: "c2" }), {
      id: "c2",
      args: ["nginx"],
    });
    expect(event.thread?.process).toMatchObject({
      pid: 4,
      containerId: "c2",
      isFirst: true,
      parent: undefined,
    });
    box.clone(thread(4, 4, { containerId: "c2" }), 5);
    expect(box.process(thread(5, 5, { containerId: "c2" }))).toMatchObject({
      containerId: "c2",
      parentPid: 4,
    });
    expect(box.process(first)?.containerId).toBe("c1");
  });

  it("may be started without a context: the first thread of a sandbox has the id 1", () => {
    const box = new Simulation();
    expect(box.start({}).thread).toMatchObject({
      tid: 1,
      process: { exe: "/bin/sh", threadCount: 1 },
    });
    expect(box.openat({ threadId: 1 }, "/etc/passwd", 3).thread?.process.args).toEqual(["-c", "x"]);
    expect(box.start({}).thread).toBeUndefined();
    expect(box.clone(undefined, 2).thread).toBeUndefined();
    expect(box.openat(undefined, "/etc/passwd", 3)).toMatchObject({ thread: undefined, fd: undefined });
    expect(box.send("SENTRY_TASK_EXIT", undefined).thread).toBeUndefined();
    expect(box.send("SENTRY_TASK_EXIT", { threadId: 1 }).thread?.process.threadCount).toBe(0);
    expect(box.stats()).toMatchObject({ threads: 0, processes: 0 });
  });
});

describe("clones", () => {
  it("are processes where thread and process have one id, else threads", () => {
    const box = new Simulation();
    box.start();
    const child = box.clone(first, 2).thread;
    expect(child).toMatchObject({ tid: 2, pid: 2, name: "sh" });
    expect(child?.process).toMatchObject({ parentPid: 1, exe: "/bin/sh", args: ["-c", "x"], isFirst: false });
    const second = box.clone(first, 3, 1).thread;
    expect(second).toMatchObject({ tid: 3, pid: 1 });
    expect(second?.process.exe).toBe("/bin/sh");
    expect(box.stats()).toMatchObject({ threads: 3, processes: 2 });
  });

  it("tell of the child, not of the thread that made it, whatever their exit says in another pid namespace", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 3);
    const exit = box.send("SYSCALL_CLONE", first, { sysno: sysno.clone, flags: 17n, exit: returned(2) });
    expect(exit.thread?.tid).toBe(1);
    expect(box.stats().threads).toBe(2);
  });

  it("with CLONE_PARENT have the parent of the one who made them", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    expect(box.clone(thread(2), 3, 3, 0x8000n).thread?.process).toMatchObject({
      parentPid: 1,
      parent: { pid: 1 },
    });
  });

  it("of a thread not seen before make both known", () => {
    const box = new Simulation();
    expect(box.clone(thread(8), 9).thread?.process).toMatchObject({
      pid: 9,
      parentPid: 8,
      parent: { pid: 8 },
    });
  });

  it("inherit ids and name from the thread that made them", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2, 1);
    const worker = thread(2, 1, { processName: "worker", credentials: { realUid: 33 } });
    expect(box.clone(worker, 3).thread).toMatchObject({ name: "worker", credentials: { realUid: 33 } });
  });

  it("of itself change nothing", () => {
    const box = new Simulation();
    box.start();
    expect(box.clone(first, 1, 7).thread).toMatchObject({ tid: 1, pid: 1 });
    expect(box.stats()).toMatchObject({ threads: 1, processes: 1 });
  });
});

describe("lineage", () => {
  it("goes on to ancestors that have ended", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    box.clone(thread(2), 3);
    box.exit(thread(2));
    const process = box.process(thread(3));
    expect(process?.parent).toMatchObject({ pid: 2, parent: { pid: 1 } });
  });

  it("ends where an ancestor was forgotten, and does not take a later process of its id for it", () => {
    const box = new Simulation({ maxEnded: 1 });
    box.start();
    box.clone(first, 2);
    box.clone(thread(2), 3);
    box.exit(thread(2));
    box.clone(first, 4);
    box.exit(thread(4));
    expect(box.process(thread(3))).toMatchObject({ parentPid: 2, parent: undefined });
    box.clone(thread(3), 2);
    expect(box.process(thread(3))?.parent).toBeUndefined();
    expect(box.process(thread(2))).toMatchObject({ parent: { pid: 3, parent: undefined } });
  });

  it("finds a parent that is seen later, where the context names it", () => {
    const box = new Simulation();
    const child = thread(2, 2, { parentThreadGroupId: 1 });
    expect(box.process(child)).toMatchObject({ parentPid: 1, parent: undefined });
    box.process(first);
    expect(box.process(child)?.parent?.pid).toBe(1);
  });

  it("never runs in a circle, whatever a Sentry says", () => {
    const box = new Simulation();
    const own = box.process(thread(5, 5, { parentThreadGroupId: 5 }));
    expect(own?.parent).toBeUndefined();
    const one = thread(6, 6, { parentThreadGroupId: 7 });
    const other = thread(7, 7, { parentThreadGroupId: 6 });
    box.process(one);
    box.process(other);
    expect(box.process(other)?.parent?.pid).toBe(6);
    expect(box.process(one)?.parent).toBeUndefined();
  });

  it("gives no snapshot another past: an event keeps what it saw", () => {
    const box = new Simulation();
    box.start();
    const before = box.send("SYSCALL_RAW", first, { sysno: 39n }).thread;
    box.exec(first, "/bin/ls", ["ls"]);
    expect(before?.process).toMatchObject({ name: "sh", exe: "/bin/sh" });
    expect(box.process(thread(1, 1, { processName: "ls" }))).toMatchObject({ name: "ls", exe: "ls" });
  });
});

describe("threads never seen born", () => {
  it("are made of what their first event says: exec sessions, attached sandboxes", () => {
    const box = new Simulation();
    const event = box.send("SYSCALL_READ", thread(9, 8, { processName: "w", cwd: "/tmp" }), {
      exit: returned(),
    });
    expect(event.thread).toMatchObject({ tid: 9, pid: 8, name: "w" });
    expect(event.thread?.process).toMatchObject({
      cwd: "/tmp",
      exe: undefined,
      name: undefined,
      isFirst: undefined,
    });
    expect(box.process(thread(8, 8, { processName: "main" }))?.name).toBe("main");
    expect(box.stats()).toMatchObject({ threads: 2, processes: 1 });
  });

  it("are first where the Sentry says that a session made them", () => {
    const box = new Simulation();
    expect(box.process(thread(9, 9, { isExecSession: true }))?.isFirst).toBe(true);
  });

  it("move to their process once it is named", () => {
    const box = new Simulation();
    box.start();
    expect(box.process({ threadId: 3 })?.pid).toBe(3);
    expect(box.process({ threadId: 3, threadGroupId: 1 })).toMatchObject({ pid: 1, exe: "/bin/sh" });
    expect(box.process({ threadId: 3 })?.pid).toBe(1);
    expect(box.stats()).toMatchObject({ threads: 2, processes: 1 });
  });
});

describe("a session with few fields", () => {
  it("knows processes by the table where events do not name them", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2, 1);
    const event = box.openat({ threadId: 2, containerId: "c1" }, "/etc/passwd", 3);
    expect(event).toMatchObject({ pid: undefined, thread: { tid: 2, pid: 1 }, fd: { name: "/etc/passwd" } });
    expect(box.descriptor(first, 3)?.name).toBe("/etc/passwd");
  });

  it("that has only exits keeps names and ids up to date", () => {
    const box = new Simulation();
    box.start();
    const later = thread(1, 1, { processName: "nginx", credentials: { realUid: 33 }, cwd: "/srv" });
    const event = box.send("SYSCALL_READ", later, { exit: returned() });
    expect(event.thread).toMatchObject({
      name: "nginx",
      credentials: { realUid: 33 },
      process: { cwd: "/srv" },
    });
  });
});

describe("ids", () => {
  it("are copied out of the message, and new on the exit of the call that changes them", () => {
    const box = new Simulation();
    box.start();
    const fields = { sysno: sysno.setuid, id: 33 };
    box.send("SYSCALL_SETID", first, fields);
    const changed = { ...first, credentials: { realUid: 33, effectiveUid: 33, savedUid: 33 } };
    const event = box.send("SYSCALL_SETID", changed, { ...fields, exit: returned() });
    const ids = { realUid: 33, effectiveUid: 33, savedUid: 33, realGid: 0, effectiveGid: 0, savedGid: 0 };
    expect(event.thread?.credentials).toEqual(ids);
    expect(Object.getPrototypeOf(event.thread?.credentials)).toBe(Object.prototype);
  });

  it("are one object as long as they are the same", () => {
    const box = new Simulation();
    box.start();
    const before = box.send("SYSCALL_READ", first).thread;
    expect(box.send("SYSCALL_READ", first).thread).toBe(before);
  });
});

describe("ends", () => {
  it("take threads away one by one, and the process with the last, also where the leader goes first", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2, 1);
    box.openat(first, "/x", 3);
    box.exit(first);
    expect(box.stats()).toMatchObject({ threads: 1, processes: 1 });
    const late = box.send("SYSCALL_READ", thread(2, 1), { fd: 3n, exit: returned(1) });
    expect(late).toMatchObject({ fd: { name: "/x" }, thread: { process: { exe: "/bin/sh" } } });
    box.exit(thread(2, 1));
    expect(box.stats()).toMatchObject({ threads: 0, processes: 0, ended: 1 });
  });

  it("still have thread and process on their event", () => {
    const box = new Simulation();
    box.start();
    expect(box.exit(first).thread).toMatchObject({ tid: 1, process: { exe: "/bin/sh" } });
  });

  it("that are all that is heard of a process make it known, as one that has ended", () => {
    const box = new Simulation();
    box.start();
    for (let i = 0; i < 2; i++) {
      const event = box.send("SENTRY_EXIT_NOTIFY_PARENT", thread(77, 77, { processName: "ls" }));
      expect(event.thread).toMatchObject({ tid: 77, name: "ls", process: { containerId: "c1" } });
      expect(box.stats()).toMatchObject({ threads: 1, ended: 1 });
    }
    expect(box.gaps.map(({ tid, args }) => [tid, args.kind])).toEqual([[77, "thread_without_birth"]]);
  });

  it("are not taken for those of a process never heard of, where it may have been forgotten", () => {
    const box = new Simulation({ maxEnded: 1 });
    box.start();
    for (const tid of [2, 3]) {
      box.clone(first, tid);
      box.exit(thread(tid));
    }
    expect(box.send("SENTRY_EXIT_NOTIFY_PARENT", thread(2)).thread).toBeUndefined();
    expect(box.gaps).toEqual([]);
  });

  it("tell of a process never heard of, however many others have been forgotten", () => {
    const box = new Simulation({ maxEnded: 1 });
    box.start();
    for (const tid of [2, 3]) {
      box.clone(first, tid);
      box.exit(thread(tid));
    }
    box.send("SENTRY_EXIT_NOTIFY_PARENT", thread(4));
    expect(box.gaps.map(({ tid, args }) => [tid, args.kind])).toEqual([[4, "thread_without_birth"]]);
  });

  it("are told to the parent afterwards, even twice, which brings nobody back", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    box.exit(thread(2));
    for (let i = 0; i < 2; i++) {
      const told = box.send("SENTRY_EXIT_NOTIFY_PARENT", thread(2), { exitStatus: 9 });
      expect(told.thread).toMatchObject({ tid: 2, process: { exe: "/bin/sh" } });
      expect(box.stats().threads).toBe(1);
    }
  });

  it("of ids that come again are not held against the new ones", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    box.clone(thread(2), 3, 2);
    const again = box.clone(first, 2).thread?.process;
    expect(again).toMatchObject({ pid: 2, parentPid: 1 });
    expect(box.stats()).toMatchObject({ threads: 2, processes: 2 });
  });
});

describe("working directories", () => {
  it("are what the context says", () => {
    const box = new Simulation();
    box.start();
    const fields = { sysno: sysno.chdir, pathname: "tmp" };
    box.send("SYSCALL_CHDIR", first, fields);
    const event = box.send("SYSCALL_CHDIR", { ...first, cwd: "/real/tmp" }, { ...fields, exit: returned() });
    expect(event.thread?.process.cwd).toBe("/real/tmp");
  });

  it("are followed where the context does not say", () => {
    const box = new Simulation();
    const bare = { threadId: 1, threadGroupId: 1 };
    box.send("CONTAINER_START", bare, { id: "c1", args: ["sh"], cwd: "/home" });
    const chdir = (pathname: string, exit: object): string | undefined =>
      box.call("SYSCALL_CHDIR", bare, { sysno: sysno.chdir, pathname }, { ...exit }).thread?.process.cwd;
    expect(chdir("a/../b", returned())).toBe("/home/b");
    expect(chdir("nowhere", failed(2))).toBe("/home/b");
    expect(chdir("/etc/", returned())).toBe("/etc");
    box.openat(bare, "/srv/data", 5, 0o200000);
    const fchdir = { sysno: sysno.fchdir, fd: 5n };
    expect(box.call("SYSCALL_CHDIR", bare, fchdir, returned()).thread?.process.cwd).toBe("/srv/data");
    expect(box.call("SYSCALL_CHDIR", bare, { ...fchdir, fd: 6n }, failed(9)).thread?.process.cwd).toBe(
      "/srv/data",
    );
    const unknown = { sysno: sysno.fchdir, fd: 7n };
    expect(box.call("SYSCALL_CHDIR", bare, unknown, returned()).thread?.process.cwd).toBeUndefined();
    expect(box.openat(bare, "relative", 8).fd?.name).toBe("<UNKNOWN>/relative");
    box.openat(bare, "somewhere", 9, 0o200000);
    const lost = { ...fchdir, fd: 9n };
    expect(box.call("SYSCALL_CHDIR", bare, lost, returned()).thread?.process.cwd).toBeUndefined();
  });
});

it("believes the exit's context where the session asks less of enters", () => {
  const box = new Simulation();
  box.start();
  const fields = { sysno: sysno.openat, fd: -100n, pathname: "shadow" };
  const bare = { threadId: 1, threadGroupId: 1, containerId: "c1" };
  box.send("SYSCALL_OPEN", bare, fields);
  const told = { ...bare, cwd: "/etc", processName: "thief" };
  const event = box.send("SYSCALL_OPEN", told, { ...fields, exit: returned(3) });
  expect(event.fd?.name).toBe("/etc/shadow");
  expect(event.thread?.name).toBe("thief");
});
