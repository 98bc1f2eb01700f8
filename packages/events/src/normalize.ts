import type {
  Architecture,
  ContainerStart,
  ContextDataView,
  ExitView,
  KnownMessage,
  StreamItem,
  SyscallSetid,
  TracedSandbox,
} from "@sentrytap/wire";
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
import { syscallNumber } from "./syscall-names.ts";
import type { SyscallName } from "./syscall-signature.ts";

/**
 * The events that `message` tells of, handed to `emit` in order. Most messages tell of one. `container_start` is followed by
 * a `clone` and an `execve`, so that whoever watches for new processes sees a container's first one too. Of what
 * cannot be read, a `gap` tells.
 */
export function normalize(message: StreamItem, emit: (event: Event) => void): void {
  const event = single(message);
  if (event !== undefined) emit(event);
  else if (message.messageType === 1) started(message, emit);
}

function started(message: ContainerStart, emit: (event: Event) => void): void {
  emit(happening("container_start", message, processes.containerStart));
  emit(happening("clone", message, processes.firstClone));
  emit(happening("execve", message, processes.firstExecve));
}

/** The one event that `m` tells of; `undefined` where that is not one. */
function single(m: StreamItem): Event | undefined {
  switch (m.messageType) {
    case -2:
      return sandboxEnd(m);
    case -1:
      return gap(m, { kind: "malformed_frame", reason: m.error.message, size: m.frame.length });
    case 0: // MESSAGE_UNKNOWN
      return gap(m, { kind: "unknown_message", messageType: m.receivedType, size: m.payload.length });
    case 1: // MESSAGE_CONTAINER_START
      return undefined;
    case 2: // MESSAGE_SENTRY_CLONE
      // It happens in the child, though the context is that of its creator.
      return made(
        "clone",
        "exit",
        processes.cloneInChild,
        m,
        m.sandbox,
        m.droppedCount,
        m.contextData,
        undefined,
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
      return call(
        numbered(opens, m.sandbox, m.sysnoNumber),
        file.open,
        m,
        m.sandbox,
        m.droppedCount,
        m.contextData,
        m.exit,
      );
    case 8: // MESSAGE_SYSCALL_CLOSE
      return call("close", file.close, m, m.sandbox, m.droppedCount, m.contextData, m.exit);
    case 9: // MESSAGE_SYSCALL_READ
      return call(
        numbered(reads, m.sandbox, m.sysnoNumber),
        file.read,
        m,
        m.sandbox,
        m.droppedCount,
        m.contextData,
        m.exit,
      );
    case 10: // MESSAGE_SYSCALL_CONNECT
      return call("connect", network.connect, m, m.sandbox, m.droppedCount, m.contextData, m.exit);
    case 11: {
      // MESSAGE_SYSCALL_EXECVE
      const name = oneOf(execs, m);
      return syscall(name, m, name === "execveat" ? processes.execveat : processes.execve);
    }
    case 12: // MESSAGE_SYSCALL_SOCKET
      return call("socket", network.socket, m, m.sandbox, m.droppedCount, m.contextData, m.exit);
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
      return call("fcntl", file.fcntl, m, m.sandbox, m.droppedCount, m.contextData, m.exit);
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
      return call(
        numbered(writes, m.sandbox, m.sysnoNumber),
        file.write,
        m,
        m.sandbox,
        m.droppedCount,
        m.contextData,
        m.exit,
      );
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
const opens = schemaOf("openat", "open", "creat");
const reads = schemaOf("read", "pread", "readv", "preadv", "preadv2");
const writes = schemaOf("write", "pwrite", "writev", "pwritev", "pwritev2");
const execs = schemaOf("execve", "execveat");
const chdirs = schemaOf("chdir", "fchdir");
const setids = schemaOf("setuid", "setgid", "setsid");
const setresids = schemaOf("setresuid", "setresgid");
const pipes = schemaOf("pipe2", "pipe");
const dups = schemaOf("dup", "dup2", "dup3");
const accepts = schemaOf("accept", "accept4");
const signalfds = schemaOf("signalfd4", "signalfd");
const eventfds = schemaOf("eventfd2", "eventfd");
const inotifyInits = schemaOf("inotify_init1", "inotify_init");
const forks = schemaOf("fork", "vfork");

interface SharedSchema<Name extends string> {
  readonly names: readonly [Name, ...Name[]];
  /** The number of each, -1 where the architecture has no such call. */
  readonly onX64: readonly number[];
  readonly onArm64: readonly number[];
}

function schemaOf<const Name extends SyscallName>(...names: readonly [Name, ...Name[]]): SharedSchema<Name> {
  const numbersOn = (arch: Architecture): number[] => names.map((name) => syscallNumber(arch, name) ?? -1);
  return { names, onX64: numbersOn("x64"), onArm64: numbersOn("arm64") };
}

/**
 * Which call of `schema` has the number `sysno`. A number that is of none of them, be it of a recording read as of the wrong
 * architecture or made up, counts as the first.
 */
function numbered<Name extends string>(
  { names, onX64, onArm64 }: SharedSchema<Name>,
  { arch }: TracedSandbox,
  sysno: number,
): Name {
  const numbers = arch === "arm64" ? onArm64 : onX64;
  for (let i = 0; i < numbers.length; i++) if (numbers[i] === sysno) return names[i] ?? names[0];
  return names[0];
}

function oneOf<Name extends string>(
  schema: SharedSchema<Name>,
  m: Extract<KnownMessage, { readonly sysnoNumber: number }>,
): Name {
  return numbered(schema, m.sandbox, m.sysnoNumber);
}

/** The types of events that messages tell of, and not the lack of messages. */
type ToldType = Exclude<EventType, "gap" | "sandbox_end">;

/** A message of a system call. */
type CallMessage = KnownMessage & { readonly exit: ExitView | undefined };

/** A system call: the event of its exit where the message has an `exit`, else of its enter. */
function syscall<Type extends ToldType, Source extends CallMessage & EventOf<Type>["message"]>(
  type: Type,
  m: Source,
  definition: Definition<Source, EventOf<Type>["args"]>,
): Event {
  return call(type, definition, m, m.sandbox, m.droppedCount, m.contextData, m.exit);
}

/**
 * The same, of a message whose fields are given: where the calls that make up most of a stream read them each at a place of its
 * own, such a place sees one class of message, and the engine makes it a load. Where all classes come by, it is a search.
 */
function call<Type extends ToldType, Source extends CallMessage & EventOf<Type>["message"]>(
  type: Type,
  definition: Definition<Source, EventOf<Type>["args"]>,
  m: Source,
  sandbox: TracedSandbox,
  dropped: number,
  context: ContextDataView | undefined,
  exit: ExitView | undefined,
): Event {
  const direction = exit === undefined ? "enter" : "exit";
  return made(
    type,
    direction,
    definition,
    m,
    sandbox,
    dropped,
    context,
    exit,
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
  const { sandbox, droppedCount, contextData: context } = m;
  const { threadId, threadGroupId } = context ?? nobody;
  return made(
    type,
    "exit",
    definition,
    m,
    sandbox,
    droppedCount,
    context,
    undefined,
    threadId,
    threadGroupId,
  );
}

const nobody = { threadId: undefined, threadGroupId: undefined };

function made<Source extends KnownMessage>(
  type: ToldType,
  direction: Direction,
  definition: Definition<Source, object>,
  m: Source,
  sandbox: TracedSandbox,
  dropped: number,
  context: ContextDataView | undefined,
  exit: ExitView | undefined,
  tid: number | undefined,
  pid: number | undefined,
): Event {
  const event = new NormalizedEvent(
    type,
    direction,
    definition,
    m,
    sandbox,
    dropped,
    context,
    exit,
    tid || undefined,
    pid || undefined,
  );
  // The callers' types pair each event type with its message and parameters.
  return event as unknown as Event;
}
