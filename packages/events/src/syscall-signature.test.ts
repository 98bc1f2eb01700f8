import { describe, expect, it } from "vitest";
import { everyType } from "../test/every-type.ts";
import { eventsOf } from "../test/message.ts";
import { syscallName } from "./syscall-names.ts";
import { type SyscallKind, syscallSignature } from "./syscall-signature.ts";
import { signatures } from "./syscall-signatures.ts";

const architectures = ["x64", "arm64"] as const;
const numbers = [...Array(1024).keys()];
const names = new Set(
  architectures.flatMap((arch) => numbers.flatMap((number) => syscallName(arch, number) ?? [])),
);

const kinds: Readonly<Record<SyscallKind, true>> = {
  fd: true,
  dirfd: true,
  pid: true,
  tid: true,
  uid: true,
  gid: true,
  signal: true,
  clock: true,
  mode: true,
  flags: true,
  int: true,
  uint: true,
  long: true,
  size: true,
  offset: true,
  word: true,
  address: true,
  pointer: true,
};

describe("the table of signatures", () => {
  it("has every call of both architectures, and no other", () => {
    expect(new Set(Object.keys(signatures))).toEqual(names);
  });

  it.each(architectures)("is of known words throughout, on %s", (arch) => {
    const known: readonly string[] = Object.keys(kinds);
    const categories =
      /^(file|net|ipc|memory|process|sleep|system|signal|user|time|wait|io-read|io-write|io-other|other)$/;
    for (const name of names) {
      const signature = syscallSignature(arch, name);
      if (signature === undefined) throw new Error(`${name} has no signature`);
      const { category, parameters, result } = signature;
      expect(category, name).toMatch(categories);
      for (const { name: own, kind, register } of [...parameters, { ...result, register: 0 }]) {
        expect(own, name).toMatch(/^[a-z][a-z0-9_]*$/);
        expect(known, `${name} ${own}`).toContain(kind);
        expect(register, name).toBeLessThan(6);
      }
      expect(new Set(parameters.map((each) => each.name)).size, name).toBe(parameters.length);
    }
  });

  it("is of the notation that its parser reads", () => {
    const word = "[a-z][a-z0-9_]*:[a-z]+";
    const notation = new RegExp(`^[a-z-]+ \\((${word}( (${word}|-)){0,5})?\\)( -> ${word})?$`);
    for (const text of Object.values(signatures)) expect(text).toMatch(notation);
  });
});

describe("a call that comes raw", () => {
  it.each(Object.entries(everyType))(
    "has the category that %s has with a schema of its own",
    (type, source) => {
      const sysno = BigInt(source.numbers.x64 ?? 0);
      const event = eventsOf(source.message, { sysno }).find((each) => each.type === type);
      const signature = syscallSignature("x64", type);
      if (signature !== undefined) expect(event?.category).toBe(signature.category);
    },
  );
});

describe("syscallSignature", () => {
  it("says what a call takes and gives", () => {
    expect(syscallSignature("x64", "kill")).toEqual({
      category: "signal",
      parameters: [
        { name: "pid", kind: "pid", register: 0 },
        { name: "sig", kind: "signal", register: 1 },
      ],
      result: { name: "res", kind: "int" },
    });
    expect(syscallSignature("arm64", "munlockall")).toEqual({
      category: "memory",
      parameters: [],
      result: { name: "res", kind: "int" },
    });
  });

  it("leaves out registers that say nothing", () => {
    const registers = syscallSignature("x64", "pwritev2").parameters.map(({ name, register }) => [
      name,
      register,
    ]);
    expect(registers).toEqual([
      ["fd", 0],
      ["iov", 1],
      ["iovcnt", 2],
      ["pos", 3],
      ["flags", 5],
    ]);
  });

  it("has the arguments of clone in the order of the architecture", () => {
    const order = (arch: "x64" | "arm64"): string =>
      syscallSignature(arch, "clone")
        .parameters.map(({ name }) => name)
        .join(" ");
    expect(order("x64")).toBe("flags stack parent_tid child_tid tls");
    expect(order("arm64")).toBe("flags stack parent_tid tls child_tid");
  });

  it.each([
    "openat2",
    "memfd_create",
    "epoll_create1",
    "pidfd_open",
    "pidfd_getfd",
    "userfaultfd",
    "io_uring_setup",
    "fsopen",
    "fsmount",
    "open_tree",
    "fanotify_init",
    "perf_event_open",
    "memfd_secret",
    "mq_open",
    "open_by_handle_at",
    "socket",
    "accept4",
    "dup3",
  ])("%s gives a descriptor", (name) => {
    expect(syscallSignature("x64", name)?.result.kind).toBe("fd");
  });

  it.each(["bpf", "fcntl", "seccomp", "landlock_create_ruleset", "close", "listns"])(
    "what %s gives need be none",
    (name) => {
      expect(syscallSignature("x64", name)?.result.kind).not.toBe("fd");
    },
  );

  it("knows no call of another name, be it one that every object has", () => {
    for (const name of ["openat3", "syscall.9999", "", "toString", "__proto__", "pread64"])
      expect(syscallSignature("arm64", name)).toBeUndefined();
  });
});
