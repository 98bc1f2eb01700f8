// The parameters of what happens to threads and processes, under Falco's names. On an enter, results are undefined.

/** Parameters of execve(2) and execveat(2). */
export interface ExecveArgs {
  readonly res: number | undefined;
  /** The first of the program's arguments, by custom its name. */
  readonly exe: string | undefined;
  /** The others. */
  readonly args: readonly string[];
  /** The path as the caller gave it; empty where the descriptor `dirfd` is the program. */
  readonly filename: string;
  /** The directory of execveat that `filename` is relative to; -100 (AT_FDCWD) for the working directory. */
  readonly dirfd: number | undefined;
  /** Path of what `dirfd` refers to. */
  readonly dirfdPath: string | undefined;
  /** Empty also where the session does not collect it. */
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
  /**
   * The child's id in the caller's own pid namespace, where the caller has the kernel write it to memory
   * (CLONE_PARENT_SETTID), once the call has succeeded.
   */
  readonly childTid: number | undefined;
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
  /** Empty also where the session does not collect it. */
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
