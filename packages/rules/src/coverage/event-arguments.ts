import { syscallSignature } from "@sentrytap/events";

// The arguments that events have, in their order (fields/event-parameters.ts says what each is).

const processArguments = "exe args tid pid ptid cwd comm";
const cloneArguments = `res ${processArguments} flags uid gid vtid vpid`;
const execArguments = `res ${processArguments} env tty loginuid flags uid trusted_exepath gid`;
const transfer = "res data fd size pos";
const vectorRead = "res size data fd pos";
const exit = "status ret sig core";
const eventOrInotify = "res flags";

/** Those of events whose messages are decoded. */
const decoded: Readonly<Record<string, string>> = {
  open: "fd name flags mode dev ino",
  openat: "fd dirfd name flags mode dev ino",
  creat: "fd name mode dev ino creat_flags",
  close: "res fd",
  read: transfer,
  pread: transfer,
  write: transfer,
  pwrite: transfer,
  writev: transfer,
  pwritev: transfer,
  pwritev2: transfer,
  readv: vectorRead,
  preadv: vectorRead,
  preadv2: vectorRead,
  execve: `${execArguments} filename`,
  execveat: execArguments,
  clone: cloneArguments,
  fork: cloneArguments,
  vfork: cloneArguments,
  connect: "res tuple fd addr",
  bind: "res addr fd",
  accept: "fd tuple queuepct queuelen queuemax",
  accept4: "fd tuple queuepct queuelen queuemax flags",
  socket: "fd domain type proto",
  listen: "res fd backlog",
  pipe: "res fd1 fd2 ino",
  pipe2: "res fd1 fd2 ino flags",
  socketpair: "res fd1 fd2 source peer domain type proto",
  chdir: "res path",
  fchdir: "res fd",
  chroot: "res path",
  dup: "res oldfd",
  dup2: "res oldfd newfd",
  dup3: "res oldfd newfd flags",
  fcntl: "res fd cmd",
  setuid: "res uid",
  setgid: "res gid",
  setsid: "res",
  setresuid: "res ruid euid suid",
  setresgid: "res rgid egid sgid",
  prlimit: "res newcur newmax oldcur oldmax pid resource",
  ptrace: "res addr data request pid",
  mmap: "res vm_size vm_rss vm_swap addr length prot flags fd offset",
  sentry_mmap: "filename",
  signalfd: "res fd mask flags",
  signalfd4: "res flags fd mask",
  eventfd: "res initval flags",
  eventfd2: "res flags initval",
  timerfd_create: "res clockid flags",
  inotify_init: eventOrInotify,
  inotify_init1: eventOrInotify,
  timerfd_settime: "res fd flags",
  timerfd_gettime: "res fd",
  inotify_rm_watch: "res fd",
  inotify_add_watch: "res fd pathname mask",
  procexit: exit,
  exit_notify_parent: exit,
  sentry_exec: "filename args env execfn sha256 sha1",
  container_start: "id args env cwd",
  sandbox_end: "",
};

const split = new Map<string, readonly string[]>();

/**
 * The names of the arguments that events of `type` have, in order; `undefined` where that depends on the event. Of a raw
 * call, those that are numbers: what its pointers point to did not come.
 */
export function argumentsOf(type: string, raw: boolean): readonly string[] | undefined {
  const key = raw ? `raw ${type}` : type;
  let names = split.get(key);
  if (names === undefined) {
    names = raw ? rawArguments(type) : decoded[type]?.split(" ").filter((name) => name !== "");
    if (names !== undefined) split.set(key, names);
  }
  return names;
}

function rawArguments(type: string): readonly string[] | undefined {
  const signature = syscallSignature("x64", type);
  if (signature === undefined) return undefined;
  const { parameters, result } = signature;
  return [result.name, ...parameters.filter(({ kind }) => kind !== "pointer").map(({ name }) => name)];
}
