import type {
  ContainerStart,
  SandboxEnd,
  SentryClone,
  SentryExec,
  SentryExitNotifyParent,
  SentryMmap,
  SentryTaskExit,
  StreamItem,
  SyscallAccept,
  SyscallBind,
  SyscallChdir,
  SyscallChroot,
  SyscallClone,
  SyscallClose,
  SyscallConnect,
  SyscallDup,
  SyscallEventfd,
  SyscallExecve,
  SyscallFcntl,
  SyscallFork,
  SyscallInotifyAddWatch,
  SyscallInotifyInit,
  SyscallInotifyRmWatch,
  SyscallListen,
  SyscallMmap,
  SyscallOpen,
  SyscallPipe,
  SyscallPrlimit64,
  SyscallPtrace,
  SyscallRaw,
  SyscallRead,
  SyscallSetid,
  SyscallSetresid,
  SyscallSignalfd,
  SyscallSocket,
  SyscallSocketpair,
  SyscallTimerfdCreate,
  SyscallTimerfdGettime,
  SyscallTimerfdSettime,
  SyscallWrite,
} from "@sentrytap/wire";
import type {
  ChdirArgs,
  ChrootArgs,
  CloseArgs,
  DupArgs,
  FcntlArgs,
  OpenArgs,
  TransferArgs,
} from "./definitions/file-args.ts";
import type {
  SetgidArgs,
  SetresgidArgs,
  SetresuidArgs,
  SetsidArgs,
  SetuidArgs,
} from "./definitions/identity-args.ts";
import type { MmapArgs, SentryExecArgs, SentryMmapArgs } from "./definitions/memory-args.ts";
import type {
  AcceptArgs,
  AddressArgs,
  ListenArgs,
  SocketArgs,
  SocketpairArgs,
} from "./definitions/network-args.ts";
import type {
  CloneArgs,
  ContainerStartArgs,
  ExecveArgs,
  ForkArgs,
  PrlimitArgs,
  ProcexitArgs,
  PtraceArgs,
} from "./definitions/process-args.ts";
import type {
  EventfdArgs,
  InotifyAddWatchArgs,
  InotifyInitArgs,
  InotifyRmWatchArgs,
  PipeArgs,
  SignalfdArgs,
  TimerfdCreateArgs,
  TimerfdGettimeArgs,
  TimerfdSettimeArgs,
} from "./definitions/special-fd-args.ts";
import type { EventBase } from "./event-base.ts";
import type { GapArgs, SandboxEndArgs } from "./stream-args.ts";
import type { SyscallArgs } from "./syscall-args.ts";

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

/** listen(2). */
export type ListenEvent = EventBase<"listen", ListenArgs, SyscallListen>;

/** pipe(2), pipe2(2). */
export type PipeEvent = EventBase<"pipe" | "pipe2", PipeArgs, SyscallPipe>;
/** socketpair(2). */
export type SocketpairEvent = EventBase<"socketpair", SocketpairArgs, SyscallSocketpair>;

/** chdir(2), fchdir(2). */
export type ChdirEvent = EventBase<"chdir" | "fchdir", ChdirArgs, SyscallChdir>;
/** chroot(2). */
export type ChrootEvent = EventBase<"chroot", ChrootArgs, SyscallChroot>;

/** dup(2), dup2(2), dup3(2). */
export type DupEvent = EventBase<"dup" | "dup2" | "dup3", DupArgs, SyscallDup>;

/** fcntl(2). */
export type FcntlEvent = EventBase<"fcntl", FcntlArgs, SyscallFcntl>;

/** setuid(2). */
export type SetuidEvent = EventBase<"setuid", SetuidArgs, SyscallSetid>;
/** setgid(2). */
export type SetgidEvent = EventBase<"setgid", SetgidArgs, SyscallSetid>;
/** setsid(2). */
export type SetsidEvent = EventBase<"setsid", SetsidArgs, SyscallSetid>;

/** setresuid(2). */
export type SetresuidEvent = EventBase<"setresuid", SetresuidArgs, SyscallSetresid>;
/** setresgid(2). */
export type SetresgidEvent = EventBase<"setresgid", SetresgidArgs, SyscallSetresid>;

/** prlimit64(2), which getrlimit(3) and setrlimit(3) call. */
export type PrlimitEvent = EventBase<"prlimit", PrlimitArgs, SyscallPrlimit64>;

/** ptrace(2). */
export type PtraceEvent = EventBase<"ptrace", PtraceArgs, SyscallPtrace>;

/** mmap(2). */
export type MmapEvent = EventBase<"mmap", MmapArgs, SyscallMmap>;
/** Memory is about to be mapped executable, seen from inside the kernel: between enter and exit of the mmap. */
export type SentryMmapEvent = EventBase<"sentry_mmap", SentryMmapArgs, SentryMmap>;

/** signalfd(2), signalfd4(2). */
export type SignalfdEvent = EventBase<"signalfd" | "signalfd4", SignalfdArgs, SyscallSignalfd>;

/** eventfd(2), eventfd2(2). */
export type EventfdEvent = EventBase<"eventfd" | "eventfd2", EventfdArgs, SyscallEventfd>;

/** timerfd_create(2). */
export type TimerfdCreateEvent = EventBase<"timerfd_create", TimerfdCreateArgs, SyscallTimerfdCreate>;
/** timerfd_settime(2). */
export type TimerfdSettimeEvent = EventBase<"timerfd_settime", TimerfdSettimeArgs, SyscallTimerfdSettime>;
/** timerfd_gettime(2). */
export type TimerfdGettimeEvent = EventBase<"timerfd_gettime", TimerfdGettimeArgs, SyscallTimerfdGettime>;

/** inotify_init(2), inotify_init1(2). */
export type InotifyInitEvent = EventBase<
  "inotify_init" | "inotify_init1",
  InotifyInitArgs,
  SyscallInotifyInit
>;
/** inotify_add_watch(2). */
export type InotifyAddWatchEvent = EventBase<
  "inotify_add_watch",
  InotifyAddWatchArgs,
  SyscallInotifyAddWatch
>;
/** inotify_rm_watch(2). */
export type InotifyRmWatchEvent = EventBase<"inotify_rm_watch", InotifyRmWatchArgs, SyscallInotifyRmWatch>;

/**
 * A system call of which the Sentry tells number and registers alone: `args.name` is Falco's name of it, and narrows
 * `args.params`.
 */
export type SyscallEvent = EventBase<"syscall", SyscallArgs, SyscallRaw>;

/** A sandbox is gone: its connection is closed, or its recording is over. Its last event. */
export type SandboxEndEvent = EventBase<"sandbox_end", SandboxEndArgs, SandboxEnd>;

/**
 * Something that the stream should have told and did not: `args` says what is missing, `message` is what gave it away.
 * It comes right before the event of that message.
 */
export type GapEvent = EventBase<"gap", GapArgs, StreamItem>;

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
  | ListenEvent
  | AcceptEvent
  | SocketEvent
  | PipeEvent
  | SocketpairEvent
  | ChdirEvent
  | ChrootEvent
  | DupEvent
  | FcntlEvent
  | SetuidEvent
  | SetgidEvent
  | SetsidEvent
  | SetresuidEvent
  | SetresgidEvent
  | PrlimitEvent
  | PtraceEvent
  | MmapEvent
  | SentryMmapEvent
  | SignalfdEvent
  | EventfdEvent
  | TimerfdCreateEvent
  | TimerfdSettimeEvent
  | TimerfdGettimeEvent
  | InotifyInitEvent
  | InotifyAddWatchEvent
  | InotifyRmWatchEvent
  | SyscallEvent
  | SandboxEndEvent
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
