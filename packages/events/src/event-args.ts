import type { SocketAddress } from "./socket-address.ts";

// The parameters of each event, under Falco's names. On an enter, results are undefined.

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

/** Parameters of close(2). */
export interface CloseArgs {
  readonly res: number | undefined;
  readonly fd: number;
}

/** Parameters of read(2), write(2) and their families. */
export interface TransferArgs {
  /** Bytes transferred, or the negated errno. */
  readonly res: number | undefined;
  readonly fd: number;
  /** Bytes asked for. */
  readonly size: number;
  /** Offset in the file, of the calls that take one. */
  readonly pos: number | undefined;
  /** RWF flags of preadv2 and pwritev2; 0 of the others. */
  readonly flags: number;
}

/** Parameters of execve(2) and execveat(2). */
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
  /** Flags of execveat(2); see `execveatFlagNames`. 0 of execve. */
  readonly flags: number;
}

/** Parameters of clone(2). */
export interface CloneArgs {
  /** In the parent the child's id in its own pid namespace, in the child 0; or the negated errno. */
  readonly res: number | undefined;
  /** Flags of clone(2); see `cloneFlagNames`. */
  readonly flags: number;
  /** Id of the new thread in the root pid namespace, on the child's side. */
  readonly vtid: number | undefined;
  /** Id of the new thread's process. */
  readonly vpid: number | undefined;
  /** Start of the new thread, on the child's side: nanoseconds since the epoch. */
  readonly startTimeNs: bigint | undefined;
  /** Address of the child's stack as the caller gave it; 0 for that of its parent. */
  readonly stack: bigint | undefined;
  /**
   * Address of the new thread's local storage, where the caller set one (CLONE_SETTLS). Not of an arm64 sandbox: there
   * gVisor reads the wrong register.
   */
  readonly tls: bigint | undefined;
  /** The child's id as the kernel has left it in memory for the parent (CLONE_PARENT_SETTID), in the caller's own pid namespace. */
  readonly parentTid: number | undefined;
}

/** Parameters of fork(2) and vfork(2). */
export interface ForkArgs {
  /** The child's id in the caller's own pid namespace, or the negated errno. */
  readonly res: number | undefined;
}

/** Parameters of a container's start. */
export interface ContainerStartArgs {
  readonly id: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly terminal: boolean;
}

/** Parameters of the end of a thread or process. */
export interface ProcexitArgs {
  /** Wait status: exit code << 8, or the signal number. */
  readonly status: number;
  /** Exit code of an orderly end. */
  readonly ret: number;
  /** Signal that ended it, else 0; see `signalName`. */
  readonly sig: number;
  /** Whether it left a core dump. */
  readonly core: boolean;
}

/** Parameters of connect(2) and bind(2). */
export interface AddressArgs {
  readonly res: number | undefined;
  readonly fd: number;
  readonly addr: SocketAddress | undefined;
}

/** Parameters of accept(2) and accept4(2). */
export interface AcceptArgs {
  /** The descriptor of the new connection, or the negated errno. */
  readonly fd: number | undefined;
  /** The listening descriptor. */
  readonly listener: number;
  /** The peer, where the caller asked for it. */
  readonly addr: SocketAddress | undefined;
  /** Flags of accept4; see `acceptFlagNames`. 0 of accept. */
  readonly flags: number;
}

/** Parameters of socket(2). */
export interface SocketArgs {
  /** The new descriptor, or the negated errno. */
  readonly fd: number | undefined;
  /** The protocol family; see `socketFamilyName`. */
  readonly domain: number;
  /** Socket type with its flags, SOCK_CLOEXEC and SOCK_NONBLOCK, as passed; see `socketTypeName`. */
  readonly type: number;
  readonly proto: number;
}

/** Parameters of listen(2). */
export interface ListenArgs {
  readonly res: number | undefined;
  readonly fd: number;
  /** How many connections may wait to be accepted, as asked for; the kernel has a limit of its own. */
  readonly backlog: number;
  /** What the socket is bound to. A TCP socket never bound gets its port by this very call: it is there on exit. */
  readonly addr: SocketAddress | undefined;
  /** Family and type of the socket, as socket(2) has them; `undefined` where the descriptor is none. */
  readonly domain: number | undefined;
  readonly type: number | undefined;
}

/** Parameters of socketpair(2). */
export interface SocketpairArgs {
  readonly res: number | undefined;
  /** The two descriptors, once the call has succeeded. */
  readonly fd1: number | undefined;
  readonly fd2: number | undefined;
  readonly domain: number;
  /** Socket type with its flags, as of socket(2). */
  readonly type: number;
  readonly proto: number;
}

/** Parameters of pipe(2) and pipe2(2). */
export interface PipeArgs {
  readonly res: number | undefined;
  /** The reading end, once the call has succeeded. */
  readonly fd1: number | undefined;
  /** The writing end. */
  readonly fd2: number | undefined;
  /** Flags of pipe2; see `pipeFlagNames`. 0 of pipe. */
  readonly flags: number;
}

/** Parameters of chdir(2) and fchdir(2). */
export interface ChdirArgs {
  readonly res: number | undefined;
  /** The path as the caller gave it, of chdir. */
  readonly path: string | undefined;
  /** The directory's descriptor, of fchdir. */
  readonly fd: number | undefined;
}

/** Parameters of chroot(2). */
export interface ChrootArgs {
  readonly res: number | undefined;
  /** The path as the caller gave it. */
  readonly path: string;
}

/** Parameters of dup(2), dup2(2) and dup3(2). */
export interface DupArgs {
  /** The new descriptor, or the negated errno. */
  readonly res: number | undefined;
  readonly oldfd: number;
  /** The number asked for, by dup2 and dup3. */
  readonly newfd: number | undefined;
  /** Flags of dup3; see `descriptorFlagNames`. 0 of the others. */
  readonly flags: number;
}

/** Parameters of fcntl(2). */
export interface FcntlArgs {
  readonly res: number | undefined;
  readonly fd: number;
  /** What is asked for; see `fcntlCommandName`. */
  readonly cmd: number;
  /** The third argument as the register had it: a number, flags or an address, or rubbish where `cmd` takes none. */
  readonly arg: bigint;
}

/** Parameters of setuid(2). */
export interface SetuidArgs {
  readonly res: number | undefined;
  readonly uid: number;
}

/** Parameters of setgid(2). */
export interface SetgidArgs {
  readonly res: number | undefined;
  readonly gid: number;
}

/** Parameters of setsid(2). */
export interface SetsidArgs {
  /** The new session's id, in the caller's own pid namespace, or the negated errno. */
  readonly res: number | undefined;
}

/** Parameters of setresuid(2): real, effective and saved uid. -1 leaves one as it is. */
export interface SetresuidArgs {
  readonly res: number | undefined;
  readonly ruid: number;
  readonly euid: number;
  readonly suid: number;
}

/** Parameters of setresgid(2): real, effective and saved gid. -1 leaves one as it is. */
export interface SetresgidArgs {
  readonly res: number | undefined;
  readonly rgid: number;
  readonly egid: number;
  readonly sgid: number;
}

/** Parameters of prlimit64(2). A limit of 2^64 - 1 is none at all (RLIM_INFINITY). */
export interface PrlimitArgs {
  readonly res: number | undefined;
  /** The limits to be set, soft and hard; `undefined` where the call only asks. */
  readonly newcur: bigint | undefined;
  readonly newmax: bigint | undefined;
  /** The limits before, once the call has succeeded, where it asks for them. */
  readonly oldcur: bigint | undefined;
  readonly oldmax: bigint | undefined;
  /** The process whose limits they are, in the caller's own pid namespace; 0 for the caller. */
  readonly pid: number;
  /** What is limited; see `resourceName`. */
  readonly resource: number;
}

/** Parameters of ptrace(2). */
export interface PtraceArgs {
  readonly res: number | undefined;
  /** What is asked for; see `ptraceRequestName`. */
  readonly request: number;
  /** The thread that it is asked of, in the caller's own pid namespace. PTRACE_TRACEME does not look at it. */
  readonly pid: number;
}

/** A sandbox's end has no parameters. */
export type SandboxEndArgs = Readonly<Record<never, never>>;

/**
 * What is missing from a stream, by `kind`. None of it proves an attack: the sandbox was slow to be read, the session was
 * attached late, a program renamed itself. All of it is where one could hide.
 */
export type GapArgs =
  /** The Sentry dropped points, the reader being too slow or a message too long. */
  | {
      readonly kind: "drop";
      /** How many since the message before this one. */
      readonly count: number;
    }
  /** A frame that does not decode; what it told is lost. */
  | { readonly kind: "malformed_frame"; readonly reason: string; readonly size: number }
  /** A message of a type that this version does not know. */
  | { readonly kind: "unknown_message"; readonly messageType: number; readonly size: number }
  /**
   * A thread of whose making the stream did not tell: of an exec session, from before the session, or its birth was
   * lost. What program it runs is not known.
   */
  | { readonly kind: "thread_without_birth" }
  /**
   * A process has another name, and no exec was seen: it renamed itself (prctl(2)), or the messages of its exec were
   * lost, as all are that carry a byte that is not UTF-8. Program and arguments are those of before.
   */
  | { readonly kind: "name_change"; readonly before: string; readonly after: string }
  /**
   * An exec gave the process a name that ends within a character, being cut after 15 bytes. gVisor cannot encode it, so
   * nothing more will be told of the process where the session collects process names.
   */
  | { readonly kind: "unreadable_name"; readonly path: string }
  /** A call returned that was never seen to begin. */
  | { readonly kind: "exit_without_enter"; readonly call: string }
  /** A call began, and the thread did something else, or ended, before the call was seen to return. */
  | {
      readonly kind: "enter_without_exit";
      readonly call: string;
      /** Of execve(2) and execveat(2), the program as the caller named it. */
      readonly path: string | undefined;
    }
  /** The clock of one thread ran backwards, by about so many nanoseconds. */
  | { readonly kind: "time_reversal"; readonly byNs: number }
  /** A sandbox is gone, and threads of it had not ended: it was killed, its Sentry died, or the session was ended. */
  | { readonly kind: "sandbox_lost"; readonly threads: number; readonly processes: number }
  /** Limits made the tables forget: so much in all. Told the first time, and whenever it is twice as much. */
  | {
      readonly kind: "eviction";
      readonly evictedThreads: number;
      readonly evictedDescriptors: number;
      readonly forgotten: number;
    };

/** What can be missing from a stream. */
export type GapKind = GapArgs["kind"];
