import type {
  ContainerStart,
  ContextDataView,
  CredentialsView,
  KnownMessage,
  SentryClone,
  SentryExec,
  SentryExitNotifyParent,
  SentryTaskExit,
  SyscallAccept,
  SyscallBind,
  SyscallChdir,
  SyscallChroot,
  SyscallClone,
  SyscallClose,
  SyscallConnect,
  SyscallDup,
  SyscallExecve,
  SyscallFcntl,
  SyscallFork,
  SyscallOpen,
  SyscallPipe,
  SyscallRead,
  SyscallSetid,
  SyscallSetresid,
  SyscallSocket,
  SyscallSocketpair,
  SyscallWrite,
  TracedSandbox,
} from "@sentrytap/wire";
import type { SocketAddress } from "./socket-address.ts";

/** What kind of work an event is about: Falco's `evt.category`. */
export type EventCategory = "file" | "net" | "ipc" | "process" | "user" | "io-read" | "io-write" | "other";

/** What every event has. Fields of the context are `undefined` where the session did not ask for them. */
export interface EventBase<Type extends string, Args, Source extends KnownMessage> {
  /** The name Falco has for it (`evt.type`), else our own. */
  readonly type: Type;
  /**
   * A system call has two: `enter` with the arguments as they were on entry, and `exit` with the result. Everything
   * else happens once and counts as `exit`. Rules see exits.
   */
  readonly direction: "enter" | "exit";
  readonly category: EventCategory;
  /** The sandbox in which it happened. */
  readonly sandbox: TracedSandbox;
  /** The message behind it; its bytes are kept alive by it. */
  readonly message: Source;
  /** The parameters, under Falco's names (`evt.arg.*`). Decoded when first asked for. */
  readonly args: Args;
  /** Nanoseconds since the epoch. Monotonic within a thread only. */
  readonly timeNs: bigint | undefined;
  /** The thread it happened in, in the sandbox's root pid namespace. */
  readonly tid: number | undefined;
  /** The process (thread group) of that thread. */
  readonly pid: number | undefined;
  readonly containerId: string | undefined;
  /** Name of the thread (`comm`), at most 15 bytes. On an exec, still the old one. */
  readonly processName: string | undefined;
  readonly cwd: string | undefined;
  /** Ids of the thread; on the exit of a call that changes them, already the new ones. */
  readonly credentials: CredentialsView | undefined;
  /** All that the message says of its context. */
  readonly context: ContextDataView | undefined;
  /** What the call returned, or the negated errno; `undefined` where nothing returned. */
  readonly result: number | undefined;
  /** The positive errno of a call that failed. */
  readonly errno: number | undefined;
  /** Whether a call failed. */
  readonly failed: boolean;
}

/** Parameters of open(2) and, with `dirfd`, openat(2). */
export interface OpenArgs {
  /** The new descriptor, or the negated errno. */
  readonly fd: number | undefined;
  /** The directory that `name` is relative to; -100 (AT_FDCWD) for the working directory. */
  readonly dirfd: number;
  /** The path as the caller gave it. */
  readonly name: string;
  /** Open flags as numbers; see `openFlagNames`. */
  readonly flags: number;
  readonly mode: number;
}
/** open(2), openat(2), creat(2). */
export type OpenEvent = EventBase<"open" | "openat" | "creat", OpenArgs, SyscallOpen>;

export interface CloseArgs {
  readonly res: number | undefined;
  readonly fd: number;
}
/** close(2). */
export type CloseEvent = EventBase<"close", CloseArgs, SyscallClose>;

export interface TransferArgs {
  /** Bytes transferred, or the negated errno. */
  readonly res: number | undefined;
  readonly fd: number;
  /** Bytes asked for. */
  readonly size: number;
  /** Offset in the file, of the calls that take one. */
  readonly pos: number | undefined;
}
/** read(2) and its family. */
export type ReadEvent = EventBase<
  "read" | "pread" | "readv" | "preadv" | "preadv2",
  TransferArgs,
  SyscallRead
>;
/** write(2) and its family. */
export type WriteEvent = EventBase<
  "write" | "pwrite" | "writev" | "pwritev" | "pwritev2",
  TransferArgs,
  SyscallWrite
>;

export interface ExecveArgs {
  readonly res: number | undefined;
  /** The first of the program's arguments, by custom its name. */
  readonly exe: string | undefined;
  /** The others. */
  readonly args: readonly string[];
  /** The path as the caller gave it; empty where the descriptor `dirfd` is the program. */
  readonly filename: string;
  readonly dirfd: number | undefined;
  /** Path of what `dirfd` refers to. */
  readonly dirfdPath: string | undefined;
  readonly env: readonly string[];
  /** Flags of execveat(2). */
  readonly flags: number;
}
/** execve(2), execveat(2), and the first program of a container, which nobody called execve for. */
export type ExecveEvent = EventBase<"execve" | "execveat", ExecveArgs, SyscallExecve | ContainerStart>;

export interface CloneArgs {
  /** In the parent the child's id in its own pid namespace, in the child 0; or the negated errno. */
  readonly res: number | undefined;
  /** Flags of clone(2); see `cloneFlagNames`. */
  readonly flags: number;
  /** Id of the new thread in the root pid namespace, on the child's side. */
  readonly vtid: number | undefined;
  /** Id of the new thread's process. */
  readonly vpid: number | undefined;
}
/**
 * A new thread or process. In the parent it is a clone(2); in the child, whatever the call, it is the first thing that
 * happens, and this event comes before any other of that thread.
 */
export type CloneEvent = EventBase<"clone", CloneArgs, SyscallClone | SentryClone | ContainerStart>;
export interface ForkArgs {
  /** The child's id in the caller's own pid namespace, or the negated errno. */
  readonly res: number | undefined;
}
/** fork(2) and vfork(2), in the parent. */
export type ForkEvent = EventBase<"fork" | "vfork", ForkArgs, SyscallFork>;

export interface ContainerStartArgs {
  readonly id: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly terminal: boolean;
}
/** A container starts; `tid` is its first thread. */
export type ContainerStartEvent = EventBase<"container_start", ContainerStartArgs, ContainerStart>;

export interface ProcexitArgs {
  /** Wait status: exit code << 8, or the signal number. */
  readonly status: number;
  /** Exit code of an orderly end. */
  readonly ret: number;
  /** Signal that ended it, else 0. */
  readonly sig: number;
}
/** A thread ended. */
export type ProcexitEvent = EventBase<"procexit", ProcexitArgs, SentryTaskExit>;
/** A process ended and its parent is told; can repeat. */
export type ExitNotifyParentEvent = EventBase<"exit_notify_parent", ProcexitArgs, SentryExitNotifyParent>;

export interface SentryExecArgs {
  /** The program's file: absolute, symbolic links resolved; of a script, the script. */
  readonly binaryPath: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** The program lies in anonymous memory. */
  readonly fromMemfd: boolean;
}
/** A new program image was loaded, seen from inside the kernel: between enter and exit of the execve. */
export type SentryExecEvent = EventBase<"sentry_exec", SentryExecArgs, SentryExec>;

export interface AddressArgs {
  readonly res: number | undefined;
  readonly fd: number;
  readonly addr: SocketAddress | undefined;
}
/** connect(2). */
export type ConnectEvent = EventBase<"connect", AddressArgs, SyscallConnect>;
/** bind(2). */
export type BindEvent = EventBase<"bind", AddressArgs, SyscallBind>;

export interface AcceptArgs {
  /** The descriptor of the new connection, or the negated errno. */
  readonly fd: number | undefined;
  /** The listening descriptor. */
  readonly listener: number;
  /** The peer, where the caller asked for it. */
  readonly addr: SocketAddress | undefined;
  readonly flags: number;
}
/** accept(2), accept4(2). */
export type AcceptEvent = EventBase<"accept" | "accept4", AcceptArgs, SyscallAccept>;

export interface SocketArgs {
  /** The new descriptor, or the negated errno. */
  readonly fd: number | undefined;
  readonly domain: number;
  /** Socket type with its flags, SOCK_CLOEXEC and SOCK_NONBLOCK, as passed. */
  readonly type: number;
  readonly proto: number;
}
/** socket(2). */
export type SocketEvent = EventBase<"socket", SocketArgs, SyscallSocket>;

export interface DescriptorPairArgs {
  readonly res: number | undefined;
  /** First of the two, of a pipe the reading end. Known on exit. */
  readonly fd1: number;
  readonly fd2: number;
  readonly flags: number;
}
/** pipe(2), pipe2(2). */
export type PipeEvent = EventBase<"pipe" | "pipe2", DescriptorPairArgs, SyscallPipe>;
/** socketpair(2); `flags` is its type with flags. */
export type SocketpairEvent = EventBase<"socketpair", DescriptorPairArgs, SyscallSocketpair>;

export interface ChdirArgs {
  readonly res: number | undefined;
  /** The path as the caller gave it, of chdir. */
  readonly path: string | undefined;
  /** The directory's descriptor, of fchdir. */
  readonly fd: number | undefined;
}
/** chdir(2), fchdir(2). */
export type ChdirEvent = EventBase<"chdir" | "fchdir", ChdirArgs, SyscallChdir>;
export interface ChrootArgs {
  readonly res: number | undefined;
  /** The path as the caller gave it. */
  readonly path: string;
}
/** chroot(2). */
export type ChrootEvent = EventBase<"chroot", ChrootArgs, SyscallChroot>;

export interface DupArgs {
  /** The new descriptor, or the negated errno. */
  readonly res: number | undefined;
  readonly oldfd: number;
  /** The number asked for, by dup2 and dup3. */
  readonly newfd: number | undefined;
  readonly flags: number;
}
/** dup(2), dup2(2), dup3(2). */
export type DupEvent = EventBase<"dup" | "dup2" | "dup3", DupArgs, SyscallDup>;

export interface FcntlArgs {
  readonly res: number | undefined;
  readonly fd: number;
  readonly cmd: number;
}
/** fcntl(2). */
export type FcntlEvent = EventBase<"fcntl", FcntlArgs, SyscallFcntl>;

export interface SetidArgs {
  readonly res: number | undefined;
  /** The new uid of setuid, the new gid of setgid. */
  readonly id: number;
}
/** setuid(2), setgid(2), setsid(2). */
export type SetidEvent = EventBase<"setuid" | "setgid" | "setsid", SetidArgs, SyscallSetid>;

export interface SetresidArgs {
  readonly res: number | undefined;
  /** Real, effective and saved id; -1 leaves one as it is. */
  readonly real: number;
  readonly effective: number;
  readonly saved: number;
}
/** setresuid(2), setresgid(2). */
export type SetresidEvent = EventBase<"setresuid" | "setresgid", SetresidArgs, SyscallSetresid>;

/** Messages that have no event type of their own yet, beside those that have. */
export type OtherSource = Exclude<
  KnownMessage,
  | ContainerStart
  | SentryClone
  | SentryExec
  | SentryExitNotifyParent
  | SentryTaskExit
  | SyscallAccept
  | SyscallBind
  | SyscallChdir
  | SyscallChroot
  | SyscallClone
  | SyscallClose
  | SyscallConnect
  | SyscallDup
  | SyscallExecve
  | SyscallFcntl
  | SyscallFork
  | SyscallOpen
  | SyscallPipe
  | SyscallRead
  | SyscallSetid
  | SyscallSetresid
  | SyscallSocket
  | SyscallSocketpair
  | SyscallWrite
>;

export interface OtherArgs {
  readonly res: number | undefined;
  /** Falco's name of the call, or the point's; `syscall.N` where Linux has no call of that number. */
  readonly name: string;
}
/** Any other point; all it says is in `message`. */
export type OtherEvent = EventBase<"other", OtherArgs, OtherSource>;

/** Everything that can happen in a sandbox; narrows on `type`. */
export type Event =
  | OpenEvent
  | CloseEvent
  | ReadEvent
  | WriteEvent
  | ExecveEvent
  | CloneEvent
  | ForkEvent
  | ContainerStartEvent
  | ProcexitEvent
  | ExitNotifyParentEvent
  | SentryExecEvent
  | ConnectEvent
  | BindEvent
  | AcceptEvent
  | SocketEvent
  | PipeEvent
  | SocketpairEvent
  | ChdirEvent
  | ChrootEvent
  | DupEvent
  | FcntlEvent
  | SetidEvent
  | SetresidEvent
  | OtherEvent;

/** Every `type` that an {@link Event} can have. */
export type EventType = Event["type"];

/** The event that `Type` is a type of; with several, each of theirs. */
export type EventOf<Type extends EventType> = EventWith<Event, Type>;

type EventWith<Each extends Event, Type> = Each extends unknown
  ? [Extract<Each["type"], Type>] extends [never]
    ? never
    : Each
  : never;
