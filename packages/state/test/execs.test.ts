import { describe, expect, it } from "vitest";
import { failed, first, returned, Simulation, sysno, thread } from "./simulate.ts";

describe("an exec", () => {
  it("replaces program, name, arguments and environment, and nothing else", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    const event = box.exec(thread(2), "/bin/true", ["true", "a b"], "/usr/bin/true");
    expect(event.thread).toMatchObject({ tid: 2, name: "true" });
    expect(event.thread?.process).toMatchObject({
      pid: 2,
      parentPid: 1,
      name: "true",
      exe: "true",
      exepath: "/usr/bin/true",
      args: ["a b"],
      env: ["E=1"],
      containerId: "c1",
      exeFromMemfd: false,
    });
    expect(box.process(first)).toMatchObject({ name: "sh", exe: "/bin/sh" });
  });

  it("that failed changes nothing", () => {
    const box = new Simulation();
    box.start();
    const fields = { sysno: sysno.execve, pathname: "/bin/evil", argv: ["evil"], envv: [] };
    const event = box.call("SYSCALL_EXECVE", first, fields, failed(2));
    expect(event).toMatchObject({ failed: true, result: -2 });
    expect(event.thread?.process).toMatchObject({ name: "sh", exe: "/bin/sh", env: ["A=1"] });
  });

  it("names the thread after the path as it was given, cut at 15 bytes", () => {
    const box = new Simulation();
    box.start();
    expect(box.exec(first, "/bin/sh", ["-sh"], "/usr/bin/dash").thread?.name).toBe("sh");
    expect(box.exec(first, "./a-name-of-many-letters", ["x"], "/w/x").thread?.name).toBe("a-name-of-many-");
    expect(box.exec(first, "/x/ééééééééé", ["x"]).thread?.name?.startsWith("ééééééé")).toBe(true);
  });

  it("of a script is of the script", () => {
    const box = new Simulation();
    box.start();
    const process = box.exec(first, "./hello.sh", ["./hello.sh"], "/opt/hello.sh").thread?.process;
    expect(process).toMatchObject({ name: "hello.sh", exepath: "/opt/hello.sh" });
  });

  it("tells of its file what the Sentry told, to its children too, until another one", () => {
    const box = new Simulation();
    box.start();
    const binarySha256 = new Uint8Array(32).fill(0xcd);
    const fields = { binaryPath: "/bin/x", argv: ["x"], env: [], binaryMode: 0o100755, binarySha256 };
    const binary = { file: { mode: 0o100755, uid: 0 }, sha256: "cd".repeat(32), sha1: undefined };
    expect(box.send("SENTRY_EXEC", first, fields).thread?.process.binary).toMatchObject(binary);
    box.clone(first, 2);
    expect(box.process(thread(2))?.binary).toMatchObject(binary);
    expect(box.exec(thread(2), "/bin/y", ["y"]).thread?.process.binary).toBeUndefined();
  });

  it("of anonymous memory says so", () => {
    const box = new Simulation();
    box.start();
    const fields = {
      sysno: sysno.execveat,
      fd: 3n,
      fdPath: "/memfd:payload (deleted)",
      flags: 4096,
      argv: ["p"],
    };
    const told = box.send("SENTRY_EXEC", first, { binaryPath: "/memfd:payload (deleted)", argv: ["p"] });
    expect(told.thread).toMatchObject({ name: "memfd:payload (", process: { exeFromMemfd: true } });
    const event = box.send("SYSCALL_EXECVE", first, { ...fields, exit: returned() });
    expect(event.thread).toMatchObject({
      name: "memfd:payload (",
      process: { exeFromMemfd: true, exe: "p" },
    });
  });

  it("through /proc/self/fd is named as it was called, and still of anonymous memory", () => {
    const box = new Simulation();
    box.start();
    const event = box.exec(first, "/proc/self/fd/3", ["p"], "/memfd:payload (deleted)");
    expect(event.thread).toMatchObject({ name: "3", process: { exeFromMemfd: true } });
  });

  it("keeps the new name while events still have the old one", () => {
    const box = new Simulation();
    box.start();
    box.send("SYSCALL_RAW", first, { sysno: sysno.execve });
    const told = box.send("SENTRY_EXEC", first, {
      binaryPath: "/usr/bin/dash",
      execfn: "/bin/sh2",
      argv: ["sh2"],
    });
    expect(told.thread?.name).toBe("sh2");
    const exit = box.send("SYSCALL_RAW", first, { sysno: sysno.execve, exit: returned() });
    expect(exit.thread).toMatchObject({ name: "sh2", process: { name: "sh2" } });
    const renamed = box.send("SYSCALL_RAW", thread(1, 1, { processName: "renamed" }), { sysno: 1n });
    expect(renamed.thread).toMatchObject({ name: "renamed", process: { name: "renamed", exe: "sh2" } });
  });
});

describe("an exec that the Sentry does not tell", () => {
  it("is known by its exit", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    const cwd = thread(2, 2, { cwd: "/opt" });
    const fields = { sysno: sysno.execve, pathname: "bin/../tool", argv: ["tool", "-v"], envv: ["E=2"] };
    const event = box.send("SYSCALL_EXECVE", cwd, { ...fields, exit: returned() });
    expect(event.thread?.process).toMatchObject({
      name: "tool",
      exe: "tool",
      exepath: "/opt/tool",
      args: ["-v"],
      env: ["E=2"],
    });
  });

  it("is relative to the working directory, whatever its descriptor 0 is", () => {
    const box = new Simulation();
    box.start();
    box.openat(first, "/tmp/input", 0);
    const fields = { sysno: sysno.execve, pathname: "./x", argv: ["x"], exit: returned() };
    const event = box.send("SYSCALL_EXECVE", thread(1, 1, { cwd: "/opt" }), fields);
    expect(event.thread?.process.exepath).toBe("/opt/x");
  });

  it("has no path where the descriptor that it is relative to is not known", () => {
    const box = new Simulation();
    box.start();
    const fields = { sysno: sysno.execveat, fd: 7n, pathname: "x", argv: ["x"], exit: returned() };
    expect(box.send("SYSCALL_EXECVE", first, fields).thread?.process).toMatchObject({
      exepath: undefined,
      exe: "x",
      name: "x",
    });
    box.openat(first, "/opt", 8, 0o200000);
    const known = { ...fields, fd: 8n };
    expect(box.send("SYSCALL_EXECVE", first, known).thread?.process.exepath).toBe("/opt/x");
    const fromHere = { ...fields, fd: -100n };
    expect(box.send("SYSCALL_EXECVE", first, fromHere).thread?.process.exepath).toBe("/x");
  });

  it("has no environment where the session does not collect it", () => {
    const box = new Simulation();
    box.start();
    const fields = { sysno: sysno.execve, pathname: "/bin/x", argv: ["x"], exit: returned() };
    expect(box.send("SYSCALL_EXECVE", first, fields).thread?.process.env).toBeUndefined();
  });

  it("through a link to a descriptor is of what that is", () => {
    const box = new Simulation();
    box.start();
    box.openat(first, "/opt/tool", 5);
    const run = (pathname: string): unknown =>
      box.send("SYSCALL_EXECVE", first, {
        sysno: sysno.execve,
        pathname,
        argv: ["t"],
        exit: returned(),
      }).thread?.process;
    expect(run("/proc/self/fd/5")).toMatchObject({ name: "5", exepath: "/opt/tool", exeFromMemfd: false });
    expect(run("/proc/self/fd/6")).toMatchObject({ name: "6", exepath: "/proc/self/fd/6" });
    box.send("SYSCALL_WRITE", first, { fd: 7n, fdPath: "/memfd:x (deleted)" });
    expect(run("/dev/fd/7")).toMatchObject({ name: "7", exepath: "/memfd:x (deleted)", exeFromMemfd: true });
  });

  it("takes a descriptor for what it was opened as", () => {
    const box = new Simulation();
    box.start();
    box.openat(first, "/usr/bin", 4, 0o200000);
    const fields = { sysno: sysno.execveat, fd: 4n, pathname: "id", argv: ["id"], exit: returned() };
    expect(box.send("SYSCALL_EXECVE", first, fields).thread?.process.exepath).toBe("/usr/bin/id");
    box.openat(first, "/usr/bin/tool", 5);
    const empty = { sysno: sysno.execveat, fd: 5n, argv: ["t"], flags: 4096, exit: returned() };
    expect(box.send("SYSCALL_EXECVE", first, empty).thread).toMatchObject({
      name: "tool",
      process: { exepath: "/usr/bin/tool" },
    });
  });
});

describe("an exec of a thread that is not the leader", () => {
  /** Process 1 of threads 1 to 3, of which 2 calls exec. */
  function threaded(): Simulation {
    const box = new Simulation();
    box.start();
    box.clone(first, 2, 1);
    box.clone(first, 3, 1);
    return box;
  }
  const second = thread(2, 1);
  const renamed = thread(1, 1, { processName: "new" });

  it("goes on under the leader's id once the old leader is dead", () => {
    const box = threaded();
    expect(box.exec(second, "/bin/new", ["new"]).thread).toMatchObject({ tid: 2, pid: 1, name: "new" });
    expect(box.exit(first).thread?.pid).toBe(1);
    expect(box.openat(renamed, "/x", 3).thread).toMatchObject({ tid: 1, pid: 1, process: { exe: "new" } });
    expect(box.stats()).toMatchObject({ threads: 1, processes: 1 });
    box.exit(renamed);
    expect(box.stats()).toMatchObject({ threads: 0, processes: 0 });
  });

  it("does so without the Sentry's word", () => {
    const box = threaded();
    const fields = { sysno: sysno.execve, pathname: "/bin/new", argv: ["new"], exit: returned() };
    box.send("SYSCALL_EXECVE", second, fields);
    box.exit(first);
    expect(box.process(renamed)).toMatchObject({ exe: "new", name: "new" });
    box.exit(renamed);
    expect(box.stats()).toMatchObject({ threads: 0, processes: 0 });
  });

  it("does so where the old leader's end comes between the Sentry's word and the exit", () => {
    const box = threaded();
    box.send("SENTRY_EXEC", second, { binaryPath: "/bin/new", argv: ["new"] });
    box.exit(thread(3, 1));
    box.exit(first);
    const fields = { sysno: sysno.execve, pathname: "/bin/new", argv: ["new"], exit: returned() };
    expect(box.send("SYSCALL_EXECVE", second, fields).thread).toMatchObject({ pid: 1, name: "new" });
    expect(box.stats()).toMatchObject({ threads: 1, processes: 1 });
    box.exit(renamed);
    expect(box.stats()).toMatchObject({ threads: 0, processes: 0 });
  });

  it("does so where the leader had ended long before", () => {
    const box = threaded();
    box.exit(first);
    box.exec(second, "/bin/new", ["new"]);
    expect(box.process(renamed)).toMatchObject({ exe: "new", name: "new" });
    box.exit(renamed);
    expect(box.stats()).toMatchObject({ threads: 0, processes: 0 });
  });

  it("and ended at once does not stay", () => {
    const box = threaded();
    box.exit(first);
    box.exec(second, "/bin/new", ["new"]);
    box.exit(renamed);
    expect(box.stats()).toMatchObject({ threads: 0, processes: 0 });
  });

  it("does so where the old leader's end was lost", () => {
    const box = threaded();
    box.exec(second, "/bin/new", ["new"]);
    expect(box.process(renamed)).toMatchObject({ exe: "new" });
    box.exit(renamed);
    expect(box.stats()).toMatchObject({ threads: 0, processes: 0 });
  });

  it("does not take the last words of the old leader for those of the new", () => {
    const box = threaded();
    box.exec(second, "/bin/new", ["new"]);
    box.send("SYSCALL_READ", first, { exit: failed(512) });
    box.exit(first);
    expect(box.process(renamed)).toMatchObject({ exe: "new", name: "new" });
    expect(box.stats()).toMatchObject({ threads: 1, processes: 1 });
  });

  it("kills all other threads, whose last words may still come, under their old names", () => {
    const box = threaded();
    const third = thread(3, 1);
    box.exec(second, "/bin/new", ["new"]);
    const read = box.send("SYSCALL_READ", third, { exit: failed(512) });
    expect(read.thread).toMatchObject({ tid: 3, name: "sh", process: { name: "new" } });
    expect(box.exit(third).thread).toMatchObject({ tid: 3, name: "sh" });
    box.send("SYSCALL_READ", first, { exit: failed(512) });
    expect(box.exit(first).thread).toMatchObject({ tid: 1, name: "sh", process: { name: "new" } });
    expect(box.stats()).toMatchObject({ threads: 1, processes: 1 });
    expect(box.process(renamed)).toMatchObject({ exe: "new", name: "new" });
    expect(box.gaps).toEqual([]);
  });

  it("has no threads left once its program begins, also where their ends were lost", () => {
    for (const caller of [first, second]) {
      const box = threaded();
      box.exec(caller, "/bin/new", ["new"]);
      expect(box.stats()).toMatchObject({ threads: 3, processes: 1 });
      expect(box.process(renamed)?.exe).toBe("new");
      expect(box.stats()).toMatchObject({ threads: 1, processes: 1 });
    }
  });
});
