// The trace points that have a schema, as `runsc trace metadata` lists them, with those that only the newest sources
// have (pkg/sentry/seccheck/metadata*.go of gVisor). A runsc that lacks a point or field skips it: `ignore_missing`.

/** A trace point and what can be asked of it beside its context. */
export interface Point {
  /** As the session file names it. */
  readonly name: string;
  /** The optional fields that it offers. */
  readonly optionalFields: readonly string[];
}

/** The context fields that every point offers; each costs a little, so each is asked for by name. */
export const contextFields: readonly string[] = [
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
];

const fdPath = ["fd_path"];

/** Points that fire once. */
const sentryPoints: readonly Point[] = [
  { name: "container/start", optionalFields: ["env"] },
  { name: "sentry/clone", optionalFields: [] },
  {
    name: "sentry/execve",
    optionalFields: ["binary_info", "binary_sha256", "binary_sha1", "fd_info", "pipe_proc_info"],
  },
  { name: "sentry/exit_notify_parent", optionalFields: [] },
  { name: "sentry/task_exit", optionalFields: [] },
  { name: "sentry/mmap", optionalFields: [] },
];

/** System calls that change what the tables of threads and descriptors hold, or that the starter rules read. */
const stateCalls: readonly (readonly [name: string, optionalFields?: readonly string[]])[] = [
  ["accept", fdPath],
  ["accept4", fdPath],
  ["bind", fdPath],
  ["chdir"],
  ["chroot"],
  ["clone"],
  ["close", fdPath],
  ["connect", fdPath],
  ["creat", fdPath],
  ["dup", fdPath],
  ["dup2", fdPath],
  ["dup3", fdPath],
  ["eventfd"],
  ["eventfd2"],
  ["execve", ["envv"]],
  ["execveat", ["fd_path", "envv"]],
  ["fchdir", fdPath],
  ["fcntl", fdPath],
  ["fork"],
  ["inotify_init"],
  ["inotify_init1"],
  ["open"],
  ["openat", fdPath],
  ["pipe"],
  ["pipe2"],
  ["setgid"],
  ["setresgid"],
  ["setresuid"],
  ["setsid"],
  ["setuid"],
  ["signalfd", fdPath],
  ["signalfd4", fdPath],
  ["socket"],
  ["socketpair"],
  ["timerfd_create"],
  ["vfork"],
];

/** The others: reads and writes above all, which are most of what a sandbox does. */
const otherCalls: readonly (readonly [name: string, optionalFields?: readonly string[]])[] = [
  ["inotify_add_watch", fdPath],
  ["inotify_rm_watch", fdPath],
  ["listen", fdPath],
  ["mmap", fdPath],
  ["pread64", fdPath],
  ["preadv", fdPath],
  ["preadv2", fdPath],
  ["prlimit64"],
  ["ptrace"],
  ["pwrite64", fdPath],
  ["pwritev", fdPath],
  ["pwritev2", fdPath],
  ["read", fdPath],
  ["readv", fdPath],
  ["timerfd_gettime", fdPath],
  ["timerfd_settime", fdPath],
  ["write", fdPath],
  ["writev", fdPath],
];

/** Every point with a schema: of each system call its enter and its exit. */
export const allPoints: readonly Point[] = [
  ...sentryPoints,
  ...[...stateCalls, ...otherCalls].flatMap(([call, optionalFields = []]) => [
    { name: `syscall/${call}/enter`, optionalFields },
    { name: `syscall/${call}/exit`, optionalFields },
  ]),
];

/**
 * What the pipeline reads to keep its tables and to serve the starter rules: exits only, and no reads and writes. A
 * sandbox pays for every message, and reads and writes are most of them.
 */
export const pipelinePoints: readonly Point[] = [
  ...sentryPoints.filter(({ name }) => name !== "sentry/mmap" && name !== "sentry/exit_notify_parent"),
  ...stateCalls.map(([call, optionalFields = []]) => ({ name: `syscall/${call}/exit`, optionalFields })),
];
