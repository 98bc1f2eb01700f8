// The session that Falco 0.43 gave gVisor: 97 points, whatever the rules are.

const always = ["time", "thread_id", "container_id"];
const ofBirths = [...always, "task_start_time", "group_id", "credentials", "cwd", "process_name"];

const calls =
  `open openat creat close read pread64 readv preadv write pwrite64 writev pwritev connect socket bind accept accept4
  socketpair chdir fchdir chroot setuid setgid setsid setresuid setresgid prlimit64 pipe pipe2 fcntl dup dup2 dup3 signalfd
  signalfd4 eventfd eventfd2 timerfd_create inotify_init inotify_init1 sysno/9 sysno/11`.split(/\s+/);
const births = ["clone", "fork", "vfork"];
const execs = ["execve", "execveat"];

interface Asked {
  readonly name: string;
  readonly context_fields: readonly string[];
  readonly optional_fields?: readonly string[];
}

function point(name: string, context: readonly string[], ...optional: readonly string[]): Asked {
  return { name, context_fields: context, ...(optional.length > 0 && { optional_fields: optional }) };
}

/** The points, as a session file has them. */
export const falcoPoints: readonly Asked[] = [
  point("container/start", [...always, "task_start_time", "credentials", "cwd"], "env"),
  point("sentry/clone", ofBirths),
  point("sentry/task_exit", always),
  ...[...calls, ...births].map((call) => point(`syscall/${call}/enter`, always)),
  ...calls.map((call) => point(`syscall/${call}/exit`, always)),
  ...births.map((call) => point(`syscall/${call}/exit`, ofBirths)),
  ...execs.map((call) => point(`syscall/${call}/enter`, [...always, "cwd"])),
  ...execs.map((call) =>
    point(`syscall/${call}/exit`, [...always, "group_id", "credentials", "cwd"], "envv"),
  ),
];
