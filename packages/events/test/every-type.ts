import type { Architecture } from "@sentrytap/wire";
import type { EventType } from "../src/event.ts";
import type { GapArgs, GapKind } from "../src/stream-args.ts";
import type { MessageName } from "./message.ts";

// Every type of event and what it is made of; the compiler says when one is missing.

/** What tells of a type of event. */
export interface Source {
  /** The message; the first of them, where there are several. */
  readonly message: MessageName;
  /** Other messages of the same type of event. */
  readonly others: readonly MessageName[];
  /** Number of the system call, on each architecture that has it. */
  readonly numbers: Readonly<Partial<Record<Architecture, number>>>;
}

/** The types that messages tell of. */
export type ToldType = Exclude<EventType, "gap" | "sandbox_end" | "syscall">;

function call(message: MessageName, x64: number, arm64?: number, others: MessageName[] = []): Source {
  return { message, others, numbers: arm64 === undefined ? { x64 } : { x64, arm64 } };
}

function happening(message: MessageName): Source {
  return { message, others: [], numbers: {} };
}

export const everyType: Readonly<Record<ToldType, Source>> = {
  open: call("SYSCALL_OPEN", 2),
  openat: call("SYSCALL_OPEN", 257, 56),
  creat: call("SYSCALL_OPEN", 85),
  close: call("SYSCALL_CLOSE", 3, 57),
  read: call("SYSCALL_READ", 0, 63),
  pread: call("SYSCALL_READ", 17, 67),
  readv: call("SYSCALL_READ", 19, 65),
  preadv: call("SYSCALL_READ", 295, 69),
  preadv2: call("SYSCALL_READ", 327, 286),
  write: call("SYSCALL_WRITE", 1, 64),
  pwrite: call("SYSCALL_WRITE", 18, 68),
  writev: call("SYSCALL_WRITE", 20, 66),
  pwritev: call("SYSCALL_WRITE", 296, 70),
  pwritev2: call("SYSCALL_WRITE", 328, 287),
  execve: call("SYSCALL_EXECVE", 59, 221, ["CONTAINER_START"]),
  execveat: call("SYSCALL_EXECVE", 322, 281),
  clone: call("SYSCALL_CLONE", 56, 220, ["SENTRY_CLONE", "CONTAINER_START"]),
  fork: call("SYSCALL_FORK", 57),
  vfork: call("SYSCALL_FORK", 58),
  container_start: happening("CONTAINER_START"),
  sentry_exec: happening("SENTRY_EXEC"),
  procexit: happening("SENTRY_TASK_EXIT"),
  exit_notify_parent: happening("SENTRY_EXIT_NOTIFY_PARENT"),
  socket: call("SYSCALL_SOCKET", 41, 198),
  connect: call("SYSCALL_CONNECT", 42, 203),
  bind: call("SYSCALL_BIND", 49, 200),
  listen: call("SYSCALL_LISTEN", 50, 201),
  accept: call("SYSCALL_ACCEPT", 43, 202),
  accept4: call("SYSCALL_ACCEPT", 288, 242),
  socketpair: call("SYSCALL_SOCKETPAIR", 53, 199),
  pipe: call("SYSCALL_PIPE", 22),
  pipe2: call("SYSCALL_PIPE", 293, 59),
  chdir: call("SYSCALL_CHDIR", 80, 49),
  fchdir: call("SYSCALL_CHDIR", 81, 50),
  chroot: call("SYSCALL_CHROOT", 161, 51),
  dup: call("SYSCALL_DUP", 32, 23),
  dup2: call("SYSCALL_DUP", 33),
  dup3: call("SYSCALL_DUP", 292, 24),
  fcntl: call("SYSCALL_FCNTL", 72, 25),
  setuid: call("SYSCALL_SETID", 105, 146),
  setgid: call("SYSCALL_SETID", 106, 144),
  setsid: call("SYSCALL_SETID", 112, 157),
  setresuid: call("SYSCALL_SETRESID", 117, 147),
  setresgid: call("SYSCALL_SETRESID", 119, 149),
  prlimit: call("SYSCALL_PRLIMIT64", 302, 261),
  ptrace: call("SYSCALL_PTRACE", 101, 117),
  mmap: call("SYSCALL_MMAP", 9, 222),
  sentry_mmap: happening("SENTRY_MMAP"),
  signalfd: call("SYSCALL_SIGNALFD", 282),
  signalfd4: call("SYSCALL_SIGNALFD", 289, 74),
  eventfd: call("SYSCALL_EVENTFD", 284),
  eventfd2: call("SYSCALL_EVENTFD", 290, 19),
  timerfd_create: call("SYSCALL_TIMERFD_CREATE", 283, 85),
  timerfd_settime: call("SYSCALL_TIMERFD_SETTIME", 286, 86),
  timerfd_gettime: call("SYSCALL_TIMERFD_GETTIME", 287, 87),
  inotify_init: call("SYSCALL_INOTIFY_INIT", 253),
  inotify_init1: call("SYSCALL_INOTIFY_INIT", 294, 26),
  inotify_add_watch: call("SYSCALL_INOTIFY_ADD_WATCH", 254, 27),
  inotify_rm_watch: call("SYSCALL_INOTIFY_RM_WATCH", 255, 28),
};

/** A gap of every kind. */
export const everyGap: { readonly [Kind in GapKind]: Extract<GapArgs, { kind: Kind }> } = {
  drop: { kind: "drop", count: 1 },
  malformed_frame: { kind: "malformed_frame", reason: "", size: 0 },
  unknown_message: { kind: "unknown_message", messageType: 99, size: 0 },
  thread_without_birth: { kind: "thread_without_birth" },
  name_change: { kind: "name_change", before: "", after: "" },
  unreadable_name: { kind: "unreadable_name", path: "/x" },
  exit_without_enter: { kind: "exit_without_enter", call: "open" },
  enter_without_exit: { kind: "enter_without_exit", call: "open", path: undefined },
  time_reversal: { kind: "time_reversal", byNs: 1 },
  sandbox_lost: { kind: "sandbox_lost", threads: 1, processes: 1 },
  eviction: { kind: "eviction", evictedThreads: 1, evictedDescriptors: 0, forgotten: 0 },
};
