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
  /** Flags of execveat(2). */
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
  /** Signal that ended it, else 0. */
  readonly sig: number;
}

/** Parameters of a new program image. */
export interface SentryExecArgs {
  /** The program's file: absolute, symbolic links resolved; of a script, the script. */
  readonly binaryPath: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** The program lies in anonymous memory. */
  readonly fromMemfd: boolean;
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
  readonly flags: number;
}

/** Parameters of socket(2). */
export interface SocketArgs {
  /** The new descriptor, or the negated errno. */
  readonly fd: number | undefined;
  readonly domain: number;
  /** Socket type with its flags, SOCK_CLOEXEC and SOCK_NONBLOCK, as passed. */
  readonly type: number;
  readonly proto: number;
}

/** Parameters of pipe(2), pipe2(2) and socketpair(2). */
export interface DescriptorPairArgs {
  readonly res: number | undefined;
  /** First of the two, of a pipe the reading end. Known on exit. */
  readonly fd1: number;
  readonly fd2: number;
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
  readonly flags: number;
}

/** Parameters of fcntl(2). */
export interface FcntlArgs {
  readonly res: number | undefined;
  readonly fd: number;
  readonly cmd: number;
}

/** Parameters of setuid(2), setgid(2) and setsid(2). */
export interface SetidArgs {
  readonly res: number | undefined;
  /** The new uid of setuid, the new gid of setgid. */
  readonly id: number;
}

/** Parameters of setresuid(2) and setresgid(2). */
export interface SetresidArgs {
  readonly res: number | undefined;
  /** Real, effective and saved id; -1 leaves one as it is. */
  readonly real: number;
  readonly effective: number;
  readonly saved: number;
}

/** Parameters of any other point. */
export interface OtherArgs {
  readonly res: number | undefined;
  /** Falco's name of the call, or the point's; `syscall.N` where Linux has no call of that number. */
  readonly name: string;
}

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
  /** Limits made the tables forget: so much in all. Told the first time, and whenever it is twice as much. */
  | {
      readonly kind: "eviction";
      readonly evictedThreads: number;
      readonly evictedDescriptors: number;
      readonly forgotten: number;
    };

/** What can be missing from a stream. */
export type GapKind = GapArgs["kind"];
