import { type SyscallName, syscallName } from "@sentrytap/events";
import { words } from "../words.ts";

// The trace points of gVisor that have a schema (pkg/sentry/seccheck/metadata*.go), and the events that come of them. Every
// system call also has a raw point, of its number: syscall/sysno/N.

/** A CPU architecture, as Node names it. */
type Architecture = "x64" | "arm64";

/** A trace point, and what comes of it. */
export interface TracePoint {
  /** As a session file names it: `syscall/openat/exit`. */
  readonly name: string;
  /** The types of the events that its messages become. */
  readonly eventTypes: readonly string[];
  /** Rules see calls when they return: an `enter` only tells what changed while the call went on. */
  readonly direction: "enter" | "exit";
  /** The optional fields that it offers, those of the newest sources among them. */
  readonly optionalFields: readonly string[];
}

/** The context fields that points offer, each asked for by name. */
export const contextFieldNames: readonly string[] = [
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

/** Calls with a schema, by the optional fields that their points offer. */
const calls: Readonly<Record<string, string>> = {
  "": `
    chdir chroot clone eventfd eventfd2 fork inotify_init inotify_init1 open pipe pipe2 prlimit64 ptrace setgid
    setresgid setresuid setsid setuid socket socketpair timerfd_create vfork
  `,
  fd_path: `
    accept accept4 bind close connect creat dup dup2 dup3 fchdir fcntl inotify_add_watch inotify_rm_watch listen
    mmap openat pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readv signalfd signalfd4 timerfd_gettime
    timerfd_settime write writev
  `,
  envv: "execve",
  "fd_path envv": "execveat",
};

/** Events are named after Falco, points after Linux. */
const falcoNames: Readonly<Record<string, string>> = {
  pread64: "pread",
  pwrite64: "pwrite",
  prlimit64: "prlimit",
};

const execFields = "binary_info binary_sha256 binary_sha1 fd_info pipe_proc_info";

function happening(name: string, eventTypes: string, optionalFields = ""): TracePoint {
  return {
    name,
    eventTypes: words(eventTypes),
    direction: "exit",
    optionalFields: words(optionalFields),
  };
}

function callPoint(
  call: string,
  direction: TracePoint["direction"],
  optionalFields: readonly string[],
): TracePoint {
  const name = `syscall/${call}/${direction}`;
  return { name, eventTypes: [falcoNames[call] ?? call], direction, optionalFields };
}

/** Every point with a schema: happenings, and of each system call its enter and its exit. */
export const tracePoints: readonly TracePoint[] = [
  happening("container/start", "container_start clone execve", "env"),
  happening("sentry/clone", "clone"),
  happening("sentry/execve", "sentry_exec", execFields),
  happening("sentry/exit_notify_parent", "exit_notify_parent"),
  happening("sentry/task_exit", "procexit"),
  happening("sentry/mmap", "sentry_mmap"),
  ...Object.entries(calls)
    .flatMap(([optional, names]) => words(names).map((call) => ({ call, optionalFields: words(optional) })))
    .sort((a, b) => (a.call < b.call ? -1 : 1))
    .flatMap(({ call, optionalFields }) => [
      callPoint(call, "enter", optionalFields),
      callPoint(call, "exit", optionalFields),
    ]),
];

const byName = new Map(tracePoints.map((point) => [point.name, point]));

/** The point with a schema that a session file calls `name`. */
export function tracePoint(name: string): TracePoint | undefined {
  return byName.get(name);
}

/** The call of a raw point. */
export interface RawPoint {
  readonly sysno: number;
  readonly direction: "enter" | "exit";
}

/** Takes `syscall/sysno/87/exit` apart; `undefined` where no raw point has that name. */
export function rawPoint(name: string): RawPoint | undefined {
  const [, digits, direction] = /^syscall\/sysno\/(0|[1-9][0-9]{0,3})\/(enter|exit)$/.exec(name) ?? [];
  if (digits === undefined || (direction !== "enter" && direction !== "exit")) return undefined;
  const sysno = Number(digits);
  return sysno <= lastRawSysno ? { sysno, direction } : undefined;
}

/** The largest number that has a raw point: calls that are newer come by no point (metadata_amd64.go, metadata_arm64.go). */
export const lastRawSysno = 441;

let numbers: ReadonlyMap<string, Readonly<Partial<Record<Architecture, number>>>> | undefined;

/** The numbers of the calls that have raw points, on each architecture, by Falco's names of them. */
export function syscallNumbers(): ReadonlyMap<string, Readonly<Partial<Record<Architecture, number>>>> {
  if (numbers !== undefined) return numbers;
  const found = new Map<SyscallName, Partial<Record<Architecture, number>>>();
  for (const arch of ["x64", "arm64"] as const) {
    for (let sysno = 0; sysno <= lastRawSysno; sysno++) {
      const name = syscallName(arch, sysno);
      if (name !== undefined) found.set(name, { ...found.get(name), [arch]: sysno });
    }
  }
  numbers = found;
  return numbers;
}
