import type { ExitView, KnownMessage, StreamItem, SyscallSetid } from "@sentrytap/wire";
import * as file from "./definitions/file.ts";
import * as identity from "./definitions/identity.ts";
import * as memory from "./definitions/memory.ts";
import * as network from "./definitions/network.ts";
import * as processes from "./definitions/process.ts";
import { raw } from "./definitions/raw.ts";
import * as special from "./definitions/special-fd.ts";
import type { Event, EventOf, EventType } from "./event.ts";
import { gap } from "./gap.ts";
import { type Definition, type Direction, NormalizedEvent } from "./normalized-event.ts";
import { sandboxEnd } from "./sandbox-end.ts";
import { syscallName } from "./syscall-names.ts";

/**
 * The events that `message` tells of, handed to `emit` in order. Most messages tell of one. `container_start` is followed by
 * a `clone` and an `execve`, so that whoever watches for new processes sees a container's first one too. Of what
 * cannot be read, a `gap` tells.
 */
export function normalize(message: StreamItem, emit: (event: Event) => void): void {
  switch (message.messageType) {
    case -2:
      emit(sandboxEnd(message));
      return;
    case -1: {
      const { error, frame } = message;
      emit(gap(message, { kind: "malformed_frame", reason: error.message, size: frame.length }));
      return;
    }
    case 0: {
      // MESSAGE_UNKNOWN
      const { receivedType, payload } = message;
      emit(gap(message, { kind: "unknown_message", messageType: receivedType, size: payload.length }));
      return;
    }
    case 1: // MESSAGE_CONTAINER_START
      emit(happening("container_start", message, processes.containerStart));
      emit(happening("clone", message, processes.firstClone));
      emit(happening("execve", message, processes.firstExecve));
      return;
    default:
      emit(single(message));
  }
}

function single(m: Exclude<KnownMessage, { messageType: 1 }>): Event {
  switch (m.messageType) {
    case 2: // MESSAGE_SENTRY_CLONE
      // It happens in the child, though the context is that of its creator.
      return made(
        "clone",
        "exit",
        m,
        undefined,
        processes.cloneInChild,
        m.createdThreadId,
        m.createdThreadGroupId,
      );
    case 3: // MESSAGE_SENTRY_EXEC
      return happening("sentry_exec", m, memory.sentryExec);
    case 4: // MESSAGE_SENTRY_EXIT_NOTIFY_PARENT
      return happening("exit_notify_parent", m, processes.exitNotifyParent);
    case 5: // MESSAGE_SENTRY_TASK_EXIT
      return happening("procexit", m, processes.procexit);
    case 6: // MESSAGE_SYSCALL_RAW
      return syscall("syscall", m, raw);
    case 7: // MESSAGE_SYSCALL_OPEN
      return syscall(oneOf(opens, m), m, file.open);
    case 8: // MESSAGE_SYSCALL_CLOSE
      return syscall("close", m, file.close);
    case 9: // MESSAGE_SYSCALL_READ
      return syscall(oneOf(reads, m), m, file.read);
    case 10: // MESSAGE_SYSCALL_CONNECT
      return syscall("connect", m, network.connect);
    case 11: {
      // MESSAGE_SYSCALL_EXECVE
      const name = oneOf(execs, m);
      return syscall(name, m, name === "execveat" ? processes.execveat : processes.execve);
    }
    case 12: // MESSAGE_SYSCALL_SOCKET
      return syscall("socket", m, network.socket);
    case 13: {
      // MESSAGE_SYSCALL_CHDIR
      const name = oneOf(chdirs, m);
      return syscall(name, m, name === "fchdir" ? file.fchdir : file.chdir);
    }
    case 14: // MESSAGE_SYSCALL_SETID
      return setId(m);
    case 15: // MESSAGE_SYSCALL_SETRESID
      return oneOf(setresids, m) === "setresuid"
        ? syscall("setresuid", m, identity.setresuid)
        : syscall("setresgid", m, identity.setresgid);
    case 16: // MESSAGE_SYSCALL_PRLIMIT64
      return syscall("prlimit", m, processes.prlimit);
    case 17: // MESSAGE_SYSCALL_PIPE
      return syscall(oneOf(pipes, m), m, special.pipe);
    case 18: // MESSAGE_SYSCALL_FCNTL
      return syscall("fcntl", m, file.fcntl);
    case 19: {
      // MESSAGE_SYSCALL_DUP
      const name = oneOf(dups, m);
      return syscall(name, m, name === "dup" ? file.dup : file.dupTo);
    }
    case 20: // MESSAGE_SYSCALL_SIGNALFD
      return syscall(oneOf(signalfds, m), m, special.signalfd);
    case 21: // MESSAGE_SYSCALL_CHROOT
      return syscall("chroot", m, file.chroot);
    case 22: // MESSAGE_SYSCALL_EVENTFD
      return syscall(oneOf(eventfds, m), m, special.eventfd);
    case 23: // MESSAGE_SYSCALL_CLONE
      return syscall("clone", m, processes.clone);
    case 24: // MESSAGE_SYSCALL_BIND
      return syscall("bind", m, network.bind);
    case 25: // MESSAGE_SYSCALL_ACCEPT
      return syscall(oneOf(accepts, m), m, network.accept);
    case 26: // MESSAGE_SYSCALL_TIMERFD_CREATE
      return syscall("timerfd_create", m, special.timerfdCreate);
    case 27: // MESSAGE_SYSCALL_TIMERFD_SETTIME
      return syscall("timerfd_settime", m, special.timerfdSettime);
    case 28: // MESSAGE_SYSCALL_TIMERFD_GETTIME
      return syscall("timerfd_gettime", m, special.timerfdGettime);
    case 29: // MESSAGE_SYSCALL_FORK
      return syscall(oneOf(forks, m), m, processes.fork);
    case 30: // MESSAGE_SYSCALL_INOTIFY_INIT
      return syscall(oneOf(inotifyInits, m), m, special.inotifyInit);
    case 31: // MESSAGE_SYSCALL_INOTIFY_ADD_WATCH
      return syscall("inotify_add_watch", m, special.inotifyAddWatch);
    case 32: // MESSAGE_SYSCALL_INOTIFY_RM_WATCH
      return syscall("inotify_rm_watch", m, special.inotifyRmWatch);
    case 33: // MESSAGE_SYSCALL_SOCKETPAIR
      return syscall("socketpair", m, network.socketpair);
    case 34: // MESSAGE_SYSCALL_WRITE
      return syscall(oneOf(writes, m), m, file.write);
    case 35: // MESSAGE_SENTRY_MMAP
      return happening("sentry_mmap", m, memory.sentryMmap);
    case 36: // MESSAGE_SYSCALL_MMAP
      return syscall("mmap", m, memory.mmap);
    case 37: // MESSAGE_SYSCALL_LISTEN
      return syscall("listen", m, network.listen);
    case 38: // MESSAGE_SYSCALL_PTRACE
      return syscall("ptrace", m, processes.ptrace);
  }
}

function setId(m: SyscallSetid): Event {
  const name = oneOf(setids, m);
  switch (name) {
    case "setuid":
      return syscall(name, m, identity.setuid);
    case "setgid":
      return syscall(name, m, identity.setgid);
    case "setsid":
      return syscall(name, m, identity.setsid);
  }
}

// The system calls that share one schema.
const opens = ["openat", "open", "creat"] as const;
const reads = ["read", "pread", "readv", "preadv", "preadv2"] as const;
const writes = ["write", "pwrite", "writev", "pwritev", "pwritev2"] as const;
const execs = ["execve", "execveat"] as const;
const chdirs = ["chdir", "fchdir"] as const;
const setids = ["setuid", "setgid", "setsid"] as const;
const setresids = ["setresuid", "setresgid"] as const;
const pipes = ["pipe2", "pipe"] as const;
const dups = ["dup", "dup2", "dup3"] as const;
const accepts = ["accept", "accept4"] as const;
const signalfds = ["signalfd4", "signalfd"] as const;
const eventfds = ["eventfd2", "eventfd"] as const;
const inotifyInits = ["inotify_init1", "inotify_init"] as const;
const forks = ["fork", "vfork"] as const;

/**
 * Which of `names` the message is of. Its number decides, but only among those its schema serves: any other, be it of a
 * recording read as of the wrong architecture or made up, counts as the first.
 */
function oneOf<Name extends string>(
  names: readonly [Name, ...Name[]],
  m: Extract<KnownMessage, { readonly sysnoNumber: number }>,
): Name {
  const name = syscallName(m.sandbox.arch, m.sysnoNumber);
  for (const each of names) if (each === name) return each;
  return names[0];
}

/** The types of events that messages tell of, and not the lack of messages. */
type ToldType = Exclude<EventType, "gap" | "sandbox_end">;

/** A system call: the event of its exit where the message has an `exit`, else of its enter. */
function syscall<
  Type extends ToldType,
  Source extends KnownMessage & EventOf<Type>["message"] & { readonly exit: ExitView | undefined },
>(type: Type, m: Source, definition: Definition<Source, EventOf<Type>["args"]>): Event {
  const { exit, contextData: context } = m;
  return made(
    type,
    exit === undefined ? "enter" : "exit",
    m,
    exit,
    definition,
    context?.threadId,
    context?.threadGroupId,
  );
}

/** Something that happens once, and is no system call. */
function happening<Type extends ToldType, Source extends KnownMessage & EventOf<Type>["message"]>(
  type: Type,
  m: Source,
  definition: Definition<Source, EventOf<Type>["args"]>,
): Event {
  const context = m.contextData;
  return made(type, "exit", m, undefined, definition, context?.threadId, context?.threadGroupId);
}

function made<Source extends KnownMessage>(
  type: ToldType,
  direction: Direction,
  m: Source,
  exit: ExitView | undefined,
  definition: Definition<Source, object>,
  tid: number | undefined,
  pid: number | undefined,
): Event {
  const event = new NormalizedEvent(type, direction, m, exit, definition, tid || undefined, pid || undefined);
  // The callers' types pair each event type with its message and parameters.
  return event as unknown as Event;
}
