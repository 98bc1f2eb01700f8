import type {
  ContainerStart,
  ContextDataView,
  CredentialsView,
  KnownMessage,
  MalformedFrame,
  Message,
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
import type {
  AcceptArgs,
  AddressArgs,
  ChdirArgs,
  ChrootArgs,
  CloneArgs,
  CloseArgs,
  ContainerStartArgs,
  DescriptorPairArgs,
  DupArgs,
  ExecveArgs,
  FcntlArgs,
  ForkArgs,
  GapArgs,
  OpenArgs,
  OtherArgs,
  ProcexitArgs,
  SentryExecArgs,
  SetidArgs,
  SetresidArgs,
  SocketArgs,
  TransferArgs,
} from "./event-args.ts";

/** What kind of work an event is about: Falco's `evt.category`. */
export type EventCategory = "file" | "net" | "ipc" | "process" | "user" | "io-read" | "io-write" | "other";

/** What every event has. Fields of the context are `undefined` where the session did not ask for them. */
export interface EventBase<Type extends string, Args, Source extends Message | MalformedFrame> {
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

/** open(2), openat(2), creat(2). */
export type OpenEvent = EventBase<"open" | "openat" | "creat", OpenArgs, SyscallOpen>;

/** close(2). */
export type CloseEvent = EventBase<"close", CloseArgs, SyscallClose>;

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

/** execve(2), execveat(2), and the first program of a container, which nobody called execve for. */
export type ExecveEvent = EventBase<"execve" | "execveat", ExecveArgs, SyscallExecve | ContainerStart>;

/**
 * A new thread or process. In the parent it is a clone(2); in the child, whatever the call, it is the first thing that
 * happens, and this event comes before any other of that thread.
 */
export type CloneEvent = EventBase<"clone", CloneArgs, SyscallClone | SentryClone | ContainerStart>;
/** fork(2) and vfork(2), in the parent. */
export type ForkEvent = EventBase<"fork" | "vfork", ForkArgs, SyscallFork>;

/** A container starts; `tid` is its first thread. */
export type ContainerStartEvent = EventBase<"container_start", ContainerStartArgs, ContainerStart>;

/** A thread ended. */
export type ProcexitEvent = EventBase<"procexit", ProcexitArgs, SentryTaskExit>;
/** A process ended and its parent is told; can repeat. */
export type ExitNotifyParentEvent = EventBase<"exit_notify_parent", ProcexitArgs, SentryExitNotifyParent>;

/** A new program image was loaded, seen from inside the kernel: between enter and exit of the execve. */
export type SentryExecEvent = EventBase<"sentry_exec", SentryExecArgs, SentryExec>;

/** connect(2). */
export type ConnectEvent = EventBase<"connect", AddressArgs, SyscallConnect>;
/** bind(2). */
export type BindEvent = EventBase<"bind", AddressArgs, SyscallBind>;

/** accept(2), accept4(2). */
export type AcceptEvent = EventBase<"accept" | "accept4", AcceptArgs, SyscallAccept>;

/** socket(2). */
export type SocketEvent = EventBase<"socket", SocketArgs, SyscallSocket>;

/** pipe(2), pipe2(2). */
export type PipeEvent = EventBase<"pipe" | "pipe2", DescriptorPairArgs, SyscallPipe>;
/** socketpair(2); `flags` is its type with flags. */
export type SocketpairEvent = EventBase<"socketpair", DescriptorPairArgs, SyscallSocketpair>;

/** chdir(2), fchdir(2). */
export type ChdirEvent = EventBase<"chdir" | "fchdir", ChdirArgs, SyscallChdir>;
/** chroot(2). */
export type ChrootEvent = EventBase<"chroot", ChrootArgs, SyscallChroot>;

/** dup(2), dup2(2), dup3(2). */
export type DupEvent = EventBase<"dup" | "dup2" | "dup3", DupArgs, SyscallDup>;

/** fcntl(2). */
export type FcntlEvent = EventBase<"fcntl", FcntlArgs, SyscallFcntl>;

/** setuid(2), setgid(2), setsid(2). */
export type SetidEvent = EventBase<"setuid" | "setgid" | "setsid", SetidArgs, SyscallSetid>;

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

/** Any other point; all it says is in `message`. */
export type OtherEvent = EventBase<"other", OtherArgs, OtherSource>;

/**
 * Something that the stream should have told and did not: `args` says what is missing, `message` is what gave it away.
 * It comes right before the event of that message.
 */
export type GapEvent = EventBase<"gap", GapArgs, Message | MalformedFrame>;

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
  | OtherEvent
  | GapEvent;

/** Every `type` that an {@link Event} can have. */
export type EventType = Event["type"];

/** The event that `Type` is a type of; with several, each of theirs. */
export type EventOf<Type extends EventType> = EventWith<Event, Type>;

type EventWith<Each extends Event, Type> = Each extends unknown
  ? [Extract<Each["type"], Type>] extends [never]
    ? never
    : Each
  : never;
