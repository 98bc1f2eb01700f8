import { describe, expect, it } from "vitest";
import type { Fields, MessageName } from "../../events/test/message.ts";
import { failed, first, returned, Simulation, sysno, thread } from "./simulate.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const ipv4 = (last: number): Uint8Array => Uint8Array.of(2, 0, 0, 80, 10, 0, 0, last, 0, 0, 0, 0, 0, 0, 0, 0);
const unix = (path: string): Uint8Array => Uint8Array.of(1, 0, ...text(path));

interface Changing {
  readonly call: string;
  readonly message: MessageName;
  readonly fields: Fields;
  /** The argument of the enter, and of the exit. */
  readonly enter: Fields;
  readonly exit: Fields;
  readonly toctou: { readonly argument: string; readonly onEnter: string };
}

const path = (argument: string): Pick<Changing, "enter" | "exit" | "toctou"> => ({
  enter: { pathname: "/etc/shadow" },
  exit: { pathname: "/tmp/harmless" },
  toctou: { argument, onEnter: "/etc/shadow" },
});
const address = (
  before: Uint8Array,
  after: Uint8Array,
  onEnter: string,
): Omit<Changing, "call" | "message" | "fields"> => ({
  enter: { address: before },
  exit: { address: after },
  toctou: { argument: "addr", onEnter },
});

const calls: readonly Changing[] = [
  { call: "open", message: "SYSCALL_OPEN", fields: { sysno: sysno.open, fd: -100n }, ...path("name") },
  { call: "openat", message: "SYSCALL_OPEN", fields: { sysno: sysno.openat, fd: 5n }, ...path("name") },
  { call: "creat", message: "SYSCALL_OPEN", fields: { sysno: sysno.creat, fd: -100n }, ...path("name") },
  { call: "execve", message: "SYSCALL_EXECVE", fields: { sysno: sysno.execve }, ...path("filename") },
  {
    call: "execveat",
    message: "SYSCALL_EXECVE",
    fields: { sysno: sysno.execveat, fd: 5n },
    ...path("filename"),
  },
  { call: "chdir", message: "SYSCALL_CHDIR", fields: { sysno: sysno.chdir }, ...path("path") },
  { call: "chroot", message: "SYSCALL_CHROOT", fields: {}, ...path("path") },
  { call: "inotify_add_watch", message: "SYSCALL_INOTIFY_ADD_WATCH", fields: { fd: 5 }, ...path("pathname") },
  {
    call: "connect",
    message: "SYSCALL_CONNECT",
    fields: { fd: 5n },
    ...address(ipv4(1), ipv4(2), "10.0.0.1:80"),
  },
  {
    call: "connect to another family",
    message: "SYSCALL_CONNECT",
    fields: { fd: 5n },
    ...address(Uint8Array.of(9, 0, 171), unix("/run/x"), "family 9: 0900ab"),
  },
  {
    call: "connect to what was no address",
    message: "SYSCALL_CONNECT",
    fields: { fd: 5n },
    ...address(new Uint8Array(0), unix("/run/x"), ""),
  },
  {
    call: "connect to a name that is not UTF-8",
    message: "SYSCALL_CONNECT",
    fields: { fd: 5n },
    ...address(Uint8Array.of(1, 0, 47, 0xff), Uint8Array.of(1, 0, 47, 0xfe), "/\ufffd"),
  },
  {
    call: "bind",
    message: "SYSCALL_BIND",
    fields: { fd: 5 },
    ...address(unix("/run/a"), unix("/run/b"), "/run/a"),
  },
];

function started(): Simulation {
  const box = new Simulation();
  box.start();
  return box;
}

describe.each(calls)("$call", ({ message, fields, enter, exit, toctou }) => {
  it("is marked on its exit where the argument changed meanwhile, also where it failed", () => {
    const box = started();
    for (const end of [returned(0), failed(2)]) {
      expect(box.send(message, first, { ...fields, ...enter }).toctou).toBeUndefined();
      expect(box.send(message, first, { ...fields, ...exit, exit: end }).toctou).toEqual(toctou);
    }
  });

  it("is not marked where it is the same, nor where another call came between", () => {
    const box = started();
    expect(box.call(message, first, { ...fields, ...enter }, returned(0)).toctou).toBeUndefined();
    expect(
      box.send(message, first, { ...fields, ...exit, exit: returned(0) }).toctou,
      "enter lost",
    ).toBeUndefined();
    box.send(message, first, { ...fields, ...enter });
    box.send("SYSCALL_READ", first, { sysno: sysno.read });
    expect(box.send(message, first, { ...fields, ...exit, exit: returned(0) }).toctou).toBeUndefined();
  });

  it("is not marked for what another thread does", () => {
    const box = started();
    box.clone(first, 2, 1);
    box.send(message, first, { ...fields, ...enter });
    expect(box.send(message, thread(2, 1), { ...fields, ...exit, exit: returned(0) }).toctou).toBeUndefined();
  });
});

it("leaves rubbish behind an address alone, and what accept(2) writes", () => {
  const box = started();
  box.send("SYSCALL_CONNECT", first, { fd: 5n, address: unix("/run/x\0abc") });
  const connect = { fd: 5n, address: unix("/run/x\0def"), exit: returned(0) };
  expect(box.send("SYSCALL_CONNECT", first, connect).toctou).toBeUndefined();
  box.send("SYSCALL_ACCEPT", first, { sysno: sysno.accept, fd: 5, address: ipv4(0) });
  const accept = { sysno: sysno.accept, fd: 5, address: ipv4(7), exit: returned(6) };
  expect(box.send("SYSCALL_ACCEPT", first, accept).toctou).toBeUndefined();
});

describe("the tables believe the enter", () => {
  it("of a bind", () => {
    const box = started();
    box.send("SYSCALL_BIND", first, { fd: 5, address: ipv4(1) });
    box.send("SYSCALL_BIND", first, { fd: 5, address: ipv4(2), exit: returned(0) });
    expect(box.descriptor(first, 5)?.name).toBe("10.0.0.1:80");
  });

  it("of an execve", () => {
    const box = started();
    const exec = { sysno: sysno.execve, argv: ["x"] };
    box.send("SYSCALL_EXECVE", first, { ...exec, pathname: "/bin/real" });
    const exit = { ...exec, pathname: "/bin/harmless", exit: returned(0) };
    expect(box.send("SYSCALL_EXECVE", first, exit).thread?.process).toMatchObject({
      exepath: "/bin/real",
      name: "real",
    });
  });

  it("of a chdir", () => {
    const box = started();
    const bare = { threadId: 1, threadGroupId: 1 };
    box.send("SYSCALL_CHDIR", bare, { sysno: sysno.chdir, pathname: "/real" });
    const exit = { sysno: sysno.chdir, pathname: "/harmless", exit: returned(0) };
    expect(box.send("SYSCALL_CHDIR", bare, exit).thread?.process.cwd).toBe("/real");
  });
});

it("is told of an exec that makes its thread the leader, whatever comes between", () => {
  const box = started();
  box.clone(first, 2, 1);
  const exec = { sysno: sysno.execve, argv: ["x"] };
  box.send("SYSCALL_EXECVE", thread(2, 1), { ...exec, pathname: "/bin/real" });
  box.send("SENTRY_EXEC", thread(2, 1), { binaryPath: "/bin/real", argv: ["x"] });
  box.exit(first);
  const exit = { ...exec, pathname: "/bin/harmless", exit: returned(0) };
  expect(box.send("SYSCALL_EXECVE", thread(2, 1), exit).toctou).toEqual({
    argument: "filename",
    onEnter: "/bin/real",
  });
});
