// The parameters of the calls about files and descriptors, under Falco's names. On an enter, results are undefined.

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
