import {
  cloneFlagNames,
  errnoName,
  openFlagNames,
  type SocketAddress,
  socketFamilyName,
} from "@sentrytap/events";
import type { TrackedEvent } from "@sentrytap/state";
import { describeDescriptor } from "./describe-descriptor.ts";
import { resultOf } from "./event-result.ts";
import type { FieldValue } from "./field.ts";
import { falcoCloneFlags, falcoOpenFlags } from "./ppm-flags.ts";

/** One parameter of an event, as Falco names, prints and compares it. */
export interface Parameter {
  readonly name: string;
  /** What `evt.rawarg` compares. */
  readonly raw: FieldValue | undefined;
  /** The value as `evt.args` prints it, where that is not how JavaScript does. */
  readonly text: string | undefined;
  /** What it means, in words, as `evt.arg` prints it; empty where the value says it all. Asked for seldom. */
  readonly meaning: string | (() => string);
}

/** The value of a parameter as text. */
export function textOf({ text, raw }: Parameter): string {
  return text ?? (raw === undefined ? "" : String(raw));
}

/** What a parameter means, in words. */
export function meaningOf({ meaning }: Parameter): string {
  return typeof meaning === "string" ? meaning : meaning();
}

function plain(name: string, raw: FieldValue | undefined): Parameter {
  return { name, raw, text: undefined, meaning: "" };
}

function named(name: string, raw: number, meaning: Parameter["meaning"]): Parameter {
  return { name, raw, text: undefined, meaning };
}

function result(event: TrackedEvent): Parameter {
  const res = resultOf(event);
  if (res === undefined) return plain("res", undefined);
  return named("res", res, res < 0 ? errnoMeaning(res) : "");
}

function errnoMeaning(negated: number): string {
  return errnoName(-negated) ?? String(-negated);
}

const atFdcwd = -100;

function descriptor(event: TrackedEvent, name: string, number: number | undefined): Parameter {
  if (number === undefined) return plain(name, undefined);
  if (number === atFdcwd && name === "dirfd") return named(name, number, "AT_FDCWD");
  if (number < 0) return named(name, number, errnoMeaning(number));
  const own = number === event.fdNumber ? event.fd : undefined;
  const known = own ?? event.thread?.process.descriptor(number);
  return known === undefined ? named(name, number, "") : named(name, number, () => describeDescriptor(known));
}

function mode(value: number): Parameter {
  return { name: "mode", raw: value, text: value === 0 ? "0" : `0${value.toString(8)}`, meaning: "" };
}

function openFlags(value: number, { arch }: TrackedEvent["sandbox"]): Parameter {
  return named("flags", falcoOpenFlags(value, arch), () => openFlagNames(value, arch));
}

/** A user or group; the sandbox's names are not known, but for root's. */
function owner(name: string, id: number | undefined): Parameter {
  if (id === undefined) return plain(name, undefined);
  if (id === -1 || id === 0xffffffff) return { name, raw: id >>> 0, text: "-1", meaning: "<NONE>" };
  return named(name, id, id === 0 ? "root" : "<NA>");
}

/** Strings one behind the other, each ended by a byte that does not print. */
function strings(name: string, values: readonly string[] | undefined): Parameter {
  const text = (values ?? []).map((value) => `${value}.`).join("");
  return { name, raw: text, text: text || "NULL", meaning: "" };
}

function socketAddress(name: string, address: SocketAddress | undefined): Parameter {
  return plain(name, address === undefined ? "" : formatSocketAddress(address));
}

function formatSocketAddress(address: SocketAddress): string {
  switch (address.family) {
    case "ipv4":
    case "ipv6":
      return `${address.ip}:${address.port}`;
    case "unix":
      return address.path;
    case "other":
      return "";
  }
}

function processParameters(event: TrackedEvent): Parameter[] {
  const { thread } = event;
  const process = thread?.process;
  const uid = thread?.credentials?.effectiveUid;
  const gid = thread?.credentials?.effectiveGid;
  return [
    plain("exe", process?.exe ?? ""),
    strings("args", process?.args),
    plain("tid", thread?.tid),
    plain("pid", thread?.pid),
    plain("ptid", process?.parentPid),
    plain("cwd", process?.cwd ?? ""),
    plain("comm", thread?.name ?? process?.name ?? ""),
    plain("uid", uid),
    plain("gid", gid),
  ];
}

/** Several fields of one event ask one after the other. Weak, so that nobody's last event keeps its batch's bytes. */
const known = new WeakMap<TrackedEvent, readonly Parameter[]>();

/** All parameters of an event, in Falco's order, as far as the stream tells them. */
export function parametersOf(event: TrackedEvent): readonly Parameter[] {
  let parameters = known.get(event);
  if (parameters === undefined) {
    parameters = collect(event);
    known.set(event, parameters);
  }
  return parameters;
}

function collect(event: TrackedEvent): readonly Parameter[] {
  switch (event.type) {
    case "open":
    case "openat": {
      const { fd, dirfd, name, flags, mode: bits } = event.args;
      const directory = event.type === "openat" ? [descriptor(event, "dirfd", dirfd)] : [];
      return [
        descriptor(event, "fd", fd),
        ...directory,
        plain("name", name),
        openFlags(flags, event.sandbox),
        mode(bits),
        plain("dev", 0),
        plain("ino", 0),
      ];
    }
    case "creat": {
      const { fd, name, mode: bits } = event.args;
      return [descriptor(event, "fd", fd), plain("name", name), mode(bits), plain("dev", 0), plain("ino", 0)];
    }
    case "close":
      return [result(event), descriptor(event, "fd", event.args.fd)];
    case "read":
    case "write":
    case "pread":
    case "pwrite":
    case "writev":
    case "pwritev":
    case "pwritev2":
    case "readv":
    case "preadv":
    case "preadv2": {
      const { fd, size, pos } = event.args;
      const data: Parameter = { name: "data", raw: undefined, text: "NULL", meaning: "" };
      const offset = pos === undefined ? [] : [plain("pos", pos)];
      return event.type.includes("readv")
        ? [result(event), plain("size", size), data, descriptor(event, "fd", fd), ...offset]
        : [result(event), data, descriptor(event, "fd", fd), plain("size", size), ...offset];
    }
    case "execve":
    case "execveat": {
      const { exe, args, filename, env } = event.args;
      const rest = processParameters(event).slice(2);
      const terminal = event.thread?.process.terminal === true;
      return [
        result(event),
        plain("exe", exe ?? ""),
        strings("args", args),
        ...rest.slice(0, 5),
        strings("env", env),
        plain("tty", terminal ? 34816 : 0),
        named("loginuid", -1, "<NONE>"),
        plain("flags", 0),
        owner("uid", event.thread?.credentials?.effectiveUid),
        plain("trusted_exepath", event.thread?.process.exepath ?? ""),
        owner("gid", event.thread?.credentials?.effectiveGid),
        plain("filename", filename),
      ];
    }
    case "clone":
    case "fork":
    case "vfork": {
      const flags = event.type === "clone" ? event.args.flags : 0;
      const process = processParameters(event);
      const ids = event.type === "clone" ? event.args : { vtid: undefined, vpid: undefined };
      return [
        result(event),
        ...process.slice(0, 7),
        named("flags", falcoCloneFlags(flags), flags === 0 ? "" : cloneFlagNames(flags)),
        ...process.slice(7),
        plain("vtid", ids.vtid ?? event.thread?.tid),
        plain("vpid", ids.vpid ?? event.thread?.pid),
      ];
    }
    case "connect":
      return [
        result(event),
        plain("tuple", event.fd?.name ?? ""),
        descriptor(event, "fd", event.args.fd),
        socketAddress("addr", event.args.addr),
      ];
    case "bind":
      return [result(event), socketAddress("addr", event.args.addr), descriptor(event, "fd", event.args.fd)];
    case "accept":
    case "accept4": {
      const tail = event.type === "accept4" ? [plain("flags", event.args.flags)] : [];
      return [
        descriptor(event, "fd", event.args.fd),
        plain("tuple", event.fd?.name ?? ""),
        plain("queuepct", 0),
        plain("queuelen", 0),
        plain("queuemax", 0),
        ...tail,
      ];
    }
    case "socket": {
      const { fd, domain, type, proto } = event.args;
      const family = domain === 1 ? "AF_LOCAL|AF_UNIX" : socketFamilyName(domain);
      return [
        descriptor(event, "fd", fd),
        named("domain", domain, family),
        plain("type", type),
        plain("proto", proto),
      ];
    }
    case "pipe":
    case "pipe2":
    case "socketpair": {
      const { fd1, fd2, flags } = event.args;
      const pair = [result(event), descriptor(event, "fd1", fd1), descriptor(event, "fd2", fd2)];
      if (event.type === "socketpair") return [...pair, plain("source", 0), plain("peer", 0)];
      return event.type === "pipe"
        ? [...pair, plain("ino", 0)]
        : [...pair, plain("ino", 0), plain("flags", flags)];
    }
    case "chdir":
      return [result(event), plain("path", event.args.path ?? "")];
    case "fchdir":
      return [result(event), descriptor(event, "fd", event.args.fd)];
    case "chroot":
      return [result(event), plain("path", event.args.path)];
    case "dup":
    case "dup2":
    case "dup3": {
      const { oldfd, newfd, flags } = event.args;
      const to = newfd === undefined ? [] : [descriptor(event, "newfd", newfd)];
      const tail = event.type === "dup3" ? [dup3Flags(flags)] : [];
      return [descriptor(event, "res", resultOf(event)), descriptor(event, "oldfd", oldfd), ...to, ...tail];
    }
    case "fcntl":
      return [result(event), descriptor(event, "fd", event.args.fd), fcntlCommand(event.args.cmd)];
    case "setuid":
      return [result(event), owner("uid", event.args.id)];
    case "setgid":
      return [result(event), owner("gid", event.args.id)];
    case "setsid":
      return [result(event)];
    case "setresuid":
    case "setresgid": {
      const { real, effective, saved } = event.args;
      const letter = event.type === "setresuid" ? "u" : "g";
      return [
        result(event),
        owner(`r${letter}id`, real),
        owner(`e${letter}id`, effective),
        owner(`s${letter}id`, saved),
      ];
    }
    case "procexit":
    case "exit_notify_parent": {
      const { status, ret, sig } = event.args;
      return [
        plain("status", status),
        plain("ret", ret),
        plain("sig", sig),
        plain("core", (status & 0x80) >> 7),
      ];
    }
    case "sentry_exec": {
      const { binaryPath, args, env } = event.args;
      return [plain("filename", binaryPath), strings("args", args), strings("env", env)];
    }
    case "container_start": {
      const { id, args, env, cwd } = event.args;
      return [plain("id", id), strings("args", args), strings("env", env), plain("cwd", cwd)];
    }
    case "gap":
      return Object.entries(event.args).map(([name, value]) => plain(snakeCase(name), value));
    case "other":
      return resultOf(event) === undefined ? [] : [result(event)];
  }
}

/** `droppedCount` as Falco writes names: `dropped_count`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function dup3Flags(flags: number): Parameter {
  const closeOnExec = (flags & 0o2000000) !== 0;
  return named("flags", closeOnExec ? 1 << 12 : 0, closeOnExec ? "O_CLOEXEC" : "");
}

const fcntlCommands: Readonly<Record<number, string>> = {
  0: "F_DUPFD",
  1: "F_GETFD",
  2: "F_SETFD",
  3: "F_GETFL",
  4: "F_SETFL",
  5: "F_GETLK",
  6: "F_SETLK",
  7: "F_SETLKW",
  8: "F_SETOWN",
  9: "F_GETOWN",
  10: "F_SETSIG",
  11: "F_GETSIG",
  1024: "F_SETLEASE",
  1025: "F_GETLEASE",
  1030: "F_DUPFD_CLOEXEC",
  1031: "F_SETPIPE_SZ",
  1032: "F_GETPIPE_SZ",
};

function fcntlCommand(command: number): Parameter {
  const name = fcntlCommands[command] ?? "UNKNOWN";
  // Falco numbers the old commands from 1.
  return named("cmd", command < 1024 ? command + 1 : command, name);
}
