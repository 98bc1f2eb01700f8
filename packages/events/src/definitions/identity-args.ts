// The parameters of the calls that change who a process is, under Falco's names. On an enter, results are undefined.

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
