import { signalName } from "@sentrytap/events";
import type { TrackedEvent } from "@sentrytap/state";
import { resultOf } from "./event-result.ts";
import {
  cloneFlags,
  descriptor,
  descriptorFlags,
  directory,
  fcntlCommand,
  hexadecimal,
  inotifyMask,
  mode,
  named,
  openFlags,
  owner,
  type Parameter,
  path,
  pipeFlags,
  plain,
  processId,
  result,
  socketAddress,
  socketDomain,
  strings,
} from "./parameter.ts";
import * as special from "./special-parameters.ts";
import { syscallParameters } from "./syscall-parameters.ts";

function processParameters(event: TrackedEvent): Parameter[] {
  const { thread } = event;
  const process = thread?.process;
  const uid = thread?.credentials?.effectiveUid;
  const gid = thread?.credentials?.effectiveGid;
  return [
    plain("exe", process?.exe ?? ""),
    strings("args", process?.args),
    processId("tid", thread?.tid, thread?.name),
    processId("pid", thread?.pid, process?.name),
    processId("ptid", process?.parentPid, process?.parent?.name),
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
      const from = event.type === "openat" ? [directory(event, "dirfd", dirfd)] : [];
      return [
        descriptor(event, "fd", fd),
        ...from,
        path(event, "name", name, dirfd),
        openFlags(flags, event.sandbox),
        mode(bits),
        plain("dev", 0),
        plain("ino", 0),
      ];
    }
    case "creat": {
      const { fd, name, mode: bits } = event.args;
      return [
        descriptor(event, "fd", fd),
        path(event, "name", name),
        mode(bits),
        plain("dev", 0),
        plain("ino", 0),
        plain("creat_flags", 0),
      ];
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
      const { filename, env } = event.args;
      // A script's first argument is not what the call was given.
      const { exe, args } = (event.failed ? undefined : event.thread?.process) ?? event.args;
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
        ...(event.type === "execve" ? [path(event, "filename", filename)] : []),
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
        cloneFlags("flags", flags),
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
      const tail = event.type === "accept4" ? [hexadecimal("flags", event.args.flags)] : [];
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
      const { fd, type, proto } = event.args;
      return [
        descriptor(event, "fd", fd),
        socketDomain(event.args.domain),
        plain("type", type),
        plain("proto", proto),
      ];
    }
    case "listen":
      return [result(event), descriptor(event, "fd", event.args.fd), plain("backlog", event.args.backlog)];
    case "pipe":
    case "pipe2":
    case "socketpair": {
      const { fd1, fd2 } = event.args;
      const pair = [result(event), descriptor(event, "fd1", fd1), descriptor(event, "fd2", fd2)];
      if (event.type === "socketpair") {
        const { type, proto } = event.args;
        const unknown = [plain("source", 0), plain("peer", 0)];
        return [
          ...pair,
          ...unknown,
          socketDomain(event.args.domain),
          plain("type", type),
          plain("proto", proto),
        ];
      }
      return event.type === "pipe"
        ? [...pair, plain("ino", 0)]
        : [...pair, plain("ino", 0), pipeFlags(event.args.flags, event.sandbox)];
    }
    case "chdir":
      return [result(event), plain("path", event.args.path ?? "")];
    case "fchdir":
      return [result(event), descriptor(event, "fd", event.args.fd)];
    case "chroot":
      return [result(event), newRoot(event, event.args.path)];
    case "dup":
    case "dup2":
    case "dup3": {
      const { oldfd, newfd, flags } = event.args;
      const to = newfd === undefined ? [] : [descriptor(event, "newfd", newfd)];
      const tail = event.type === "dup3" ? [descriptorFlags(flags)] : [];
      return [descriptor(event, "res", resultOf(event)), descriptor(event, "oldfd", oldfd), ...to, ...tail];
    }
    case "fcntl":
      return [
        descriptor(event, "res", resultOf(event)),
        descriptor(event, "fd", event.args.fd),
        fcntlCommand(event.args.cmd),
      ];
    case "setuid":
      return [result(event), owner("uid", event.args.uid)];
    case "setgid":
      return [result(event), owner("gid", event.args.gid)];
    case "setsid":
      return [result(event)];
    case "setresuid": {
      const { ruid, euid, suid } = event.args;
      return [result(event), owner("ruid", ruid), owner("euid", euid), owner("suid", suid)];
    }
    case "setresgid": {
      const { rgid, egid, sgid } = event.args;
      return [result(event), owner("rgid", rgid), owner("egid", egid), owner("sgid", sgid)];
    }
    case "prlimit":
      return special.prlimit(event);
    case "ptrace":
      return special.ptrace(event);
    case "mmap":
      return special.mmap(event);
    case "sentry_mmap":
      return [plain("filename", event.args.path ?? "")];
    case "signalfd":
    case "signalfd4":
      return special.signalfd(event);
    case "eventfd":
    case "eventfd2":
      return special.eventfd(event);
    case "timerfd_create":
      return special.timerfdCreate(event);
    case "inotify_init":
    case "inotify_init1":
      return special.inotifyInit(event);
    case "timerfd_settime":
      return [result(event), descriptor(event, "fd", event.args.fd), hexadecimal("flags", event.args.flags)];
    case "timerfd_gettime":
    case "inotify_rm_watch":
      return [result(event), descriptor(event, "fd", event.args.fd)];
    case "inotify_add_watch": {
      const { fd, pathname, mask } = event.args;
      return [
        result(event),
        descriptor(event, "fd", fd),
        path(event, "pathname", pathname),
        inotifyMask(mask),
      ];
    }
    case "procexit":
    case "exit_notify_parent": {
      const { status, ret, sig, core } = event.args;
      return [
        plain("status", status),
        plain("ret", ret),
        named("sig", sig, signalName(sig) ?? ""),
        plain("core", Number(core)),
      ];
    }
    case "sentry_exec": {
      const { binaryPath, args, env, execfn, sha256, sha1 } = event.args;
      return [
        plain("filename", binaryPath),
        strings("args", args),
        strings("env", env),
        plain("execfn", execfn),
        plain("sha256", sha256),
        plain("sha1", sha1),
      ];
    }
    case "container_start": {
      const { id, args, env, cwd } = event.args;
      return [plain("id", id), strings("args", args), strings("env", env), plain("cwd", cwd)];
    }
    case "sandbox_end":
      return [];
    case "gap":
      return Object.entries(event.args).map(([name, value]) => plain(snakeCase(name), value));
    case "syscall":
      return syscallParameters(event);
  }
}

/** The path of a chroot(2); what it means is the root that the process has since. */
function newRoot(event: TrackedEvent, given: string): Parameter {
  const root = event.failed ? undefined : event.thread?.process.root;
  const isRelative = given !== "" && !given.startsWith("/") && root !== undefined;
  return isRelative ? { ...plain("path", given), meaning: root } : path(event, "path", given);
}

/** `droppedCount` as Falco writes names: `dropped_count`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
