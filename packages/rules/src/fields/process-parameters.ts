import { signalName } from "@sentrytap/events";
import type { Process, TrackedEvent } from "@sentrytap/state";
import {
  cloneFlags,
  known,
  named,
  owner,
  type Parameter,
  path,
  plain,
  processId,
  ptraceRequest,
  resource,
  result,
  strings,
} from "./parameter.ts";
import type { On, ParameterReaders } from "./parameter-readers.ts";

// The parameters of what happens to processes.

/** What Falco tells of the process with its birth and its execs. */
const ofProcess = {
  exe: ({ thread }: TrackedEvent) => plain(thread?.process.exe ?? ""),
  args: ({ thread }: TrackedEvent) => strings(thread?.process.args),
  tid: ({ thread }: TrackedEvent) => processId(thread?.tid, thread?.name),
  pid: ({ thread }: TrackedEvent) => processId(thread?.pid, thread?.process.name),
  ptid: ({ thread }: TrackedEvent) => processId(thread?.process.parentPid, thread?.process.parent?.name),
  cwd: ({ thread }: TrackedEvent) => plain(thread?.process.cwd ?? ""),
  comm: ({ thread }: TrackedEvent) => plain(thread?.name ?? thread?.process.name ?? ""),
};

/** A script's first argument is not what the call was given. */
function program(event: On<"execve">): {
  readonly exe?: string | undefined;
  readonly args?: readonly string[] | undefined;
} {
  return (event.failed ? undefined : event.thread?.process) ?? event.args;
}

/** Where a program's file lies, in Falco's bits. */
function executableFlags(process: Process | undefined): Parameter {
  const { overlayfsUpper, overlayfsLower } = process?.binary?.file ?? {};
  const bits: readonly (readonly [set: boolean | undefined, bit: number, name: string])[] = [
    [overlayfsUpper, 2, "EXE_UPPER_LAYER"],
    [process?.exeFromMemfd, 4, "EXE_FROM_MEMFD"],
    [overlayfsLower, 8, "EXE_LOWER_LAYER"],
  ];
  const set = bits.filter(([isSet]) => isSet === true);
  const number = set.reduce((sum, [, bit]) => sum | bit, 0);
  return named(number, set.map(([, , name]) => name).join("|"));
}

/** Device number of the first pseudo terminal, which stands for any. */
const terminalDevice = 34816;

const executed = {
  res: result,
  ...ofProcess,
  exe: (event: On<"execve">) => plain(program(event).exe ?? ""),
  args: (event: On<"execve">) => strings(program(event).args),
  env: ({ args }: On<"execve">) => strings(args.env),
  tty: ({ thread }: On<"execve">) => plain(thread?.process.terminal === true ? terminalDevice : 0),
  loginuid: () => named(-1, "<NONE>"),
  flags: ({ thread }: On<"execve">) => executableFlags(thread?.process),
  uid: ({ thread }: On<"execve">) => owner(thread?.credentials?.effectiveUid),
  trusted_exepath: ({ thread }: On<"execve">) => plain(thread?.process.exepath ?? ""),
  gid: ({ thread }: On<"execve">) => owner(thread?.credentials?.effectiveGid),
};

const born = {
  res: result,
  ...ofProcess,
  uid: ({ thread }: TrackedEvent) => known(thread?.credentials?.effectiveUid),
  gid: ({ thread }: TrackedEvent) => known(thread?.credentials?.effectiveGid),
};

const forked = {
  ...born,
  flags: () => cloneFlags(0),
  vtid: ({ thread }: TrackedEvent) => known(thread?.tid),
  vpid: ({ thread }: TrackedEvent) => known(thread?.pid),
};

const ended = {
  status: ({ args }: On<"procexit"> | On<"exit_notify_parent">) => plain(args.status),
  ret: ({ args }: On<"procexit"> | On<"exit_notify_parent">) => plain(args.ret),
  sig: ({ args }: On<"procexit"> | On<"exit_notify_parent">) => named(args.sig, signalName(args.sig) ?? ""),
  core: ({ args }: On<"procexit"> | On<"exit_notify_parent">) => plain(Number(args.core)),
};

/** Falco has limits signed: none at all is -1. Where there was nothing to read, it has 0. */
function limit(value: bigint | undefined): Parameter {
  return plain(value === undefined ? 0 : Number(BigInt.asIntN(64, value)));
}

/** A limit from before a call, which one that failed does not tell. */
function oldLimit({ failed }: On<"prlimit">, value: bigint | undefined): Parameter {
  return failed ? plain(-1) : limit(value);
}

export const processParameters: ParameterReaders<
  | ("execve" | "execveat" | "clone" | "fork" | "vfork" | "procexit" | "exit_notify_parent")
  | ("setuid" | "setgid" | "setsid" | "setresuid" | "setresgid" | "prlimit" | "ptrace")
  | ("container_start" | "sentry_exec")
> = {
  execve: { ...executed, filename: (event) => path(event, event.args.filename) },
  execveat: executed,
  clone: {
    ...born,
    flags: ({ args }) => cloneFlags(args.flags),
    vtid: ({ args, thread }) => known(args.vtid ?? thread?.tid),
    vpid: ({ args, thread }) => known(args.vpid ?? thread?.pid),
  },
  fork: forked,
  vfork: forked,
  procexit: ended,
  exit_notify_parent: ended,
  setuid: { res: result, uid: ({ args }) => owner(args.uid) },
  setgid: { res: result, gid: ({ args }) => owner(args.gid) },
  setsid: { res: result },
  setresuid: {
    res: result,
    ruid: ({ args }) => owner(args.ruid),
    euid: ({ args }) => owner(args.euid),
    suid: ({ args }) => owner(args.suid),
  },
  setresgid: {
    res: result,
    rgid: ({ args }) => owner(args.rgid),
    egid: ({ args }) => owner(args.egid),
    sgid: ({ args }) => owner(args.sgid),
  },
  prlimit: {
    res: result,
    newcur: ({ args }) => limit(args.newcur),
    newmax: ({ args }) => limit(args.newmax),
    oldcur: (event) => oldLimit(event, event.args.oldcur),
    oldmax: (event) => oldLimit(event, event.args.oldmax),
    pid: ({ args }) => plain(args.pid),
    resource: ({ args }) => resource(args.resource),
  },
  ptrace: {
    res: result,
    request: ({ args, sandbox }) => ptraceRequest(args.request, sandbox),
    pid: ({ args }) => plain(args.pid),
  },
  container_start: {
    id: ({ args }) => plain(args.id),
    args: ({ args }) => strings(args.args),
    env: ({ args }) => strings(args.env),
    cwd: ({ args }) => plain(args.cwd),
  },
  sentry_exec: {
    filename: ({ args }) => plain(args.binaryPath),
    args: ({ args }) => strings(args.args),
    env: ({ args }) => strings(args.env),
    execfn: ({ args }) => known(args.execfn),
    sha256: ({ args }) => known(args.sha256),
    sha1: ({ args }) => known(args.sha1),
  },
};
