import { describe, expect, it } from "vitest";
import type { Process } from "../src/index.ts";
import { type Context, failed, first, returned, Simulation, sysno, thread } from "./simulate.ts";

const numbers = { chroot: 161n, pivotRoot: 155n, unshare: 272n, setns: 308n };
const cloneFs = 0x200n;

/** A session that does not collect working directories. */
const bare = (pid: number): Context => ({ threadId: pid, threadGroupId: pid, containerId: "c1" });

/** What is known of where a process is. */
const where = (process: Process | undefined): unknown => [process?.root, process?.cwd];

function chroot(
  box: Simulation,
  context: Context,
  pathname: string,
  exit = returned(),
  after = context,
): unknown {
  box.send("SYSCALL_CHROOT", context, { sysno: numbers.chroot, pathname });
  const event = box.send("SYSCALL_CHROOT", after, { sysno: numbers.chroot, pathname, exit });
  return where(event.thread?.process);
}

const chdir = (box: Simulation, context: Context, pathname: string): unknown =>
  where(box.call("SYSCALL_CHDIR", context, { sysno: sysno.chdir, pathname }, returned()).thread?.process);

const raw = (box: Simulation, context: Context, number: bigint, arg1 = 0n, arg2 = 0n): unknown =>
  where(box.call("SYSCALL_RAW", context, { sysno: number, arg1, arg2 }, returned()).thread?.process);

describe("a root directory", () => {
  it("is that of the container, and not known of a stranger", () => {
    const box = new Simulation();
    expect(where(box.start().thread?.process)).toEqual(["/", "/"]);
    expect(where(box.clone(first, 2).thread?.process)).toEqual(["/", "/"]);
    expect(where(box.process(thread(8)))).toEqual([undefined, "/"]);
    expect(where(box.process(thread(9, 9, { isExecSession: true })))).toEqual(["/", "/"]);
  });

  it("moves with chroot, by the path as it was on the enter, once it succeeds", () => {
    const box = new Simulation();
    box.start();
    const jailed = thread(1, 1, { cwd: "/" });
    const home = thread(1, 1, { cwd: "/tmp/jail" });
    expect(chroot(box, first, "/nowhere", failed(2))).toEqual(["/", "/"]);
    expect(chroot(box, home, ".", returned(), jailed)).toEqual(["/tmp/jail", "/"]);
    expect(box.openat(jailed, "etc/passwd", 3).fd?.name).toBe("/etc/passwd");
    expect(chroot(box, jailed, "inner/../deep/")).toEqual(["/tmp/jail/deep", "/"]);
    expect(chroot(box, jailed, "/")).toEqual(["/tmp/jail/deep", "/"]);
  });

  it("moves the working directory, where the session does not collect that", () => {
    const box = new Simulation();
    box.start(bare(1));
    chdir(box, bare(1), "/tmp/jail/a");
    expect(chroot(box, bare(1), "/tmp/jail")).toEqual(["/tmp/jail", "/a"]);
    expect(chroot(box, bare(1), "/a")).toEqual(["/tmp/jail/a", "/"]);
    expect(chroot(box, bare(1), "/b")).toEqual(["/tmp/jail/a/b", undefined]);
    expect(chroot(box, bare(1), "x")).toEqual([undefined, undefined]);
    expect(chroot(box, bare(1), "/x")).toEqual([undefined, undefined]);
  });

  it("is handed on to children, and stays with those that were there before", () => {
    const box = new Simulation();
    box.start();
    box.clone(first, 2);
    chroot(box, thread(2), "/jail");
    expect(where(box.clone(thread(2), 3).thread?.process)).toEqual(["/jail", "/"]);
    expect(where(box.process(first))).toEqual(["/", "/"]);
    box.exec(thread(3), "/bin/sh", ["sh"]);
    expect(where(box.process(thread(3)))).toEqual(["/jail", "/"]);
  });

  it("is not known any more where only raw points tell that it moved", () => {
    const box = new Simulation();
    box.start();
    for (const pid of [2, 3, 4, 5]) box.clone(first, pid);
    expect(raw(box, thread(2), numbers.chroot)).toEqual([undefined, "/"]);
    expect(raw(box, bare(3), numbers.pivotRoot)).toEqual([undefined, undefined]);
    expect(raw(box, thread(4), numbers.setns, 3n, 0x2_0000n)).toEqual([undefined, "/"]);
    expect(raw(box, thread(5), numbers.setns, 3n, 0x4000_0000n)).toEqual(["/", "/"]);
    chroot(box, thread(5), "/jail");
    expect(raw(box, thread(5), numbers.chroot), "told decoded, too").toEqual(["/jail", "/"]);
  });
});

describe("directories that processes share", () => {
  it("move together", () => {
    const box = new Simulation();
    box.start(bare(1));
    box.clone(bare(1), 2, 2, cloneFs);
    chdir(box, bare(2), "/tmp");
    expect(where(box.process(bare(1)))).toEqual(["/", "/tmp"]);
    chroot(box, bare(1), "/tmp");
    expect(where(box.process(bare(2)))).toEqual(["/tmp", "/"]);
    box.clone(bare(2), 3);
    chdir(box, bare(3), "/own");
    expect(where(box.process(bare(2)))).toEqual(["/tmp", "/"]);
    box.clone(bare(2), 4, 4, cloneFs);
    box.exit(bare(2));
    chdir(box, bare(4), "/still");
    expect(where(box.process(bare(1)))).toEqual(["/tmp", "/still"]);
  });

  it("part where one of them calls unshare", () => {
    const box = new Simulation();
    box.start(bare(1));
    box.clone(bare(1), 2, 2, cloneFs);
    raw(box, bare(2), numbers.unshare, cloneFs);
    chdir(box, bare(2), "/tmp");
    expect(where(box.process(bare(1)))).toEqual(["/", "/"]);
    expect(where(box.process(bare(2)))).toEqual(["/", "/tmp"]);
  });
});

describe("working directories that only raw points tell of", () => {
  it("are followed by descriptor, and else unknown", () => {
    const box = new Simulation();
    box.start(bare(1));
    box.openat(bare(1), "/srv", 5, 0o200000);
    expect(raw(box, bare(1), sysno.fchdir, 5n)).toEqual(["/", "/srv"]);
    expect(raw(box, bare(1), sysno.chdir)).toEqual(["/", undefined]);
    expect(raw(box, thread(1, 1, { cwd: "/told" }), sysno.chdir)).toEqual(["/", "/told"]);
  });
});

describe("an exec that only raw points tell of", () => {
  it("leaves a program of which nothing is known", () => {
    const box = new Simulation();
    box.start();
    box.call("SYSCALL_RAW", first, { sysno: sysno.execve }, failed(2));
    expect(box.process(first)).toMatchObject({ exe: "/bin/sh", name: "sh" });
    box.call("SYSCALL_RAW", first, { sysno: sysno.execve }, returned());
    expect(box.process(thread(1, 1, { processName: "new" }))).toMatchObject({
      name: "new",
      exe: undefined,
      exepath: undefined,
      args: undefined,
      env: undefined,
      sid: 1,
    });
    expect(box.gaps).toEqual([]);
  });
});
