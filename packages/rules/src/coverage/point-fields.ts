// What trace points offer (gVisor's pkg/sentry/seccheck/metadata*.go), those of the newest sources among them.

/** The context fields that points offer, each asked for by name. */
export const contextFieldNames = [
  "time",
  "thread_id",
  "task_start_time",
  "group_id",
  "thread_group_start_time",
  "container_id",
  "credentials",
  "cwd",
  "process_name",
  "parent_thread_group_id",
  "is_exec_session",
] as const;

/** Points of what happens once: the types of the events that come of them, and the optional fields that they offer. */
export const happenings = {
  "container/start": { eventTypes: ["container_start", "clone", "execve"], optionalFields: ["env"] },
  "sentry/clone": { eventTypes: ["clone"], optionalFields: [] },
  "sentry/execve": {
    eventTypes: ["sentry_exec"],
    optionalFields: ["binary_info", "binary_sha256", "binary_sha1", "fd_info", "pipe_proc_info"],
  },
  "sentry/exit_notify_parent": { eventTypes: ["exit_notify_parent"], optionalFields: [] },
  "sentry/task_exit": { eventTypes: ["procexit"], optionalFields: [] },
  "sentry/mmap": { eventTypes: ["sentry_mmap"], optionalFields: [] },
} as const;

/** Calls with a schema, with the optional fields that their points offer. */
export const callFields = {
  accept: ["fd_path"],
  accept4: ["fd_path"],
  bind: ["fd_path"],
  chdir: [],
  chroot: [],
  clone: [],
  close: ["fd_path"],
  connect: ["fd_path"],
  creat: ["fd_path"],
  dup: ["fd_path"],
  dup2: ["fd_path"],
  dup3: ["fd_path"],
  eventfd: [],
  eventfd2: [],
  execve: ["envv"],
  execveat: ["fd_path", "envv"],
  fchdir: ["fd_path"],
  fcntl: ["fd_path"],
  fork: [],
  inotify_add_watch: ["fd_path"],
  inotify_init: [],
  inotify_init1: [],
  inotify_rm_watch: ["fd_path"],
  listen: ["fd_path"],
  mmap: ["fd_path"],
  open: [],
  openat: ["fd_path"],
  pipe: [],
  pipe2: [],
  pread64: ["fd_path"],
  preadv: ["fd_path"],
  preadv2: ["fd_path"],
  prlimit64: [],
  ptrace: [],
  pwrite64: ["fd_path"],
  pwritev: ["fd_path"],
  pwritev2: ["fd_path"],
  read: ["fd_path"],
  readv: ["fd_path"],
  setgid: [],
  setresgid: [],
  setresuid: [],
  setsid: [],
  setuid: [],
  signalfd: ["fd_path"],
  signalfd4: ["fd_path"],
  socket: [],
  socketpair: [],
  timerfd_create: [],
  timerfd_gettime: ["fd_path"],
  timerfd_settime: ["fd_path"],
  vfork: [],
  write: ["fd_path"],
  writev: ["fd_path"],
} as const;

/** A field that every point can be asked for. */
export type ContextField = (typeof contextFieldNames)[number];

type FieldsByPoint = {
  readonly [Name in keyof typeof happenings]: (typeof happenings)[Name]["optionalFields"];
} & {
  readonly [Call in keyof typeof callFields as `syscall/${Call}/${"enter" | "exit"}`]: (typeof callFields)[Call];
};

/** A point with a schema, as a session file names it: `syscall/openat/exit`. */
export type TracePointName = keyof FieldsByPoint;

/** A field that the point `Name` can be asked for beside its context. */
export type OptionalField<Name extends TracePointName = TracePointName> = FieldsByPoint[Name][number];
