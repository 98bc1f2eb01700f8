import { describe, expect, it } from "vitest";
import { read, started } from "./descriptor-steps.ts";
import { first, type Simulation } from "./simulate.ts";

describe("gVisor's own name", () => {
  it("makes known what was not seen made", () => {
    const box = started();
    const kind = (fd: number, fdPath: string): unknown => {
      const { fd: descriptor } = read(box, fd, fdPath);
      return [descriptor?.kind, descriptor?.name];
    };
    expect(kind(0, "host:[1]"), "a standard stream of the container").toEqual(["host", "host:[1]"]);
    expect(kind(3, "/etc/passwd")).toEqual(["file", "/etc/passwd"]);
    expect(kind(4, "pipe:[3]")).toEqual(["pipe", ""]);
    expect(kind(5, "socket:[3]")).toEqual(["unknown", ""]);
    expect(kind(6, "anon_inode:[eventpoll]")).toEqual(["eventpoll", ""]);
    expect(kind(7, "anon_inode:[inotifyfd:2]")).toEqual(["inotify", ""]);
    expect(kind(8, "/memfd:x (deleted)")).toEqual(["memfd", "/memfd:x (deleted)"]);
    expect(kind(11, "anon_inode:[eventfd]")).toEqual(["eventfd", ""]);
    expect(kind(12, "anon_inode:[timerfd]")).toEqual(["timerfd", ""]);
    expect(kind(13, "anon_inode:[signalfd]")).toEqual(["signalfd", ""]);
    expect(kind(14, "anon_inode:[pidfd]")).toEqual(["pidfd", ""]);
    expect(kind(15, "anon_inode:[io_uring]")).toEqual(["io_uring", ""]);
    expect(kind(16, "anon_inode:[fscontext]")).toEqual(["unknown", "anon_inode:[fscontext]"]);
    expect(kind(17, "/proc/1/fd")).toEqual(["file", "/proc/1/fd"]);
    expect(kind(9, "[err: FD not found]")).toEqual([undefined, undefined]);
    expect(kind(10, "")).toEqual([undefined, undefined]);
    expect(kind(-1, "/x")).toEqual([undefined, undefined]);
  });

  it("is kept beside the name as it was opened: a symbolic link", () => {
    const box = started();
    box.openat(first, "/lib/libc.so.6", 3);
    expect(read(box, 3, "/usr/lib/libc.so.6").fd).toMatchObject({
      name: "/lib/libc.so.6",
      fdPath: "/usr/lib/libc.so.6",
      flags: 0,
    });
  });

  it("corrects a table that missed what happened, by calls that no point reports or by lost messages", () => {
    const box = started();
    box.openat(first, "/etc/hosts", 3);
    read(box, 3, "/etc/hosts");
    expect(read(box, 3, "/etc/shadow").fd).toMatchObject({ name: "/etc/shadow", flags: undefined });
    expect(read(box, 3, "socket:[7]").fd).toMatchObject({ name: "", socket: {} });
    box.openat(first, "/etc/hosts", 4);
    expect(read(box, 4, "/memfd:x (deleted)").fd?.kind, "memfd_create and dup2 not seen").toBe("memfd");
  });

  it("may be that of a deleted file, which is still the same", () => {
    const box = started();
    box.openat(first, "/tmp/x", 3, 2);
    read(box, 3, "/tmp/x");
    expect(read(box, 3, "/tmp/x (deleted)").fd).toMatchObject({
      name: "/tmp/x",
      fdPath: "/tmp/x (deleted)",
      flags: 2,
      deleted: true,
    });
    expect(read(box, 3, "/tmp/x").fd, "as it is told again").toMatchObject({ deleted: false });
    expect(read(box, 4, "/tmp/y (deleted)").fd).toMatchObject({ name: "/tmp/y (deleted)", deleted: true });
    expect(read(box, 5, "/memfd:x (deleted)").fd, "as all that memory is called").toMatchObject({
      deleted: false,
    });
    box.openat(first, "/tmp/x (deleted)", 6);
    expect(read(box, 6, "/tmp/x (deleted)").fd, "the name of the file").toMatchObject({ deleted: false });
    expect(read(box, 6, "/tmp/x (deleted) (deleted)").fd).toMatchObject({
      name: "/tmp/x (deleted)",
      deleted: true,
    });
  });

  it("of what was opened by way of /proc or /dev can be anything", () => {
    const box = started();
    box.openat(first, "/dev/stdin", 3);
    expect(read(box, 3, "pipe:[1]").fd).toMatchObject({ name: "/dev/stdin", fdPath: "pipe:[1]" });
  });
});

describe("what the Sentry tells of a new program's standard streams", () => {
  const exec = (box: Simulation, streams: object): ReturnType<Simulation["send"]> =>
    box.send("SENTRY_EXEC", first, { binaryPath: "/bin/x", argv: ["x"], ...streams });

  it("makes them known, and what type of file they are", () => {
    const box = started();
    box.openat(first, "/dev/null", 0);
    box.openat(first, "/srv", 2);
    exec(box, {
      stdin: { mode: 0o020666, path: "/dev/null" },
      stdout: { mode: 0o010600, path: "pipe:[7]" },
      stderr: { mode: 0o040755, path: "/srv" },
    });
    const streams = [0, 1, 2].map((fd) => box.descriptor(first, fd));
    expect(streams).toMatchObject([
      { kind: "device", name: "/dev/null", flags: 0, fdPath: "/dev/null" },
      { kind: "pipe", name: "", fdPath: "pipe:[7]" },
      { kind: "directory", name: "/srv" },
    ]);
    exec(box, {
      stdin: { mode: 0o100644, path: "/etc/passwd" },
      stdout: { mode: 0o020620, path: "host:[2]" },
    });
    expect([0, 1, 2].map((fd) => box.descriptor(first, fd))).toMatchObject([
      { kind: "file", name: "/etc/passwd" },
      { kind: "host", name: "host:[2]" },
      { kind: "directory", name: "/srv" },
    ]);
    expect(read(box, 0, "/etc/passwd").fd?.kind).toBe("file");
  });

  it("has both ends of their connections", () => {
    const box = started();
    const end = (last: number, port: number): object => ({
      family: 2,
      ip: Uint8Array.of(10, 0, 0, last),
      port: ((port & 0xff) << 8) | (port >> 8),
    });
    const stream = { path: "socket:[3]", socket: { family: 2, local: end(1, 4000), remote: end(9, 4444) } };
    exec(box, { stdin: stream, stdout: { path: "socket:[4]", socket: { family: 1 } } });
    expect(box.descriptor(first, 0)).toMatchObject({ kind: "ipv4", name: "10.0.0.1:4000->10.0.0.9:4444" });
    expect(box.descriptor(first, 1)).toMatchObject({ kind: "unix", name: "", fdPath: "socket:[4]" });
  });
});
