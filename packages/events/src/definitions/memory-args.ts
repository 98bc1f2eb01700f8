import type { ProcessContext } from "../process-context.ts";
import type { SocketAddress } from "../socket-address.ts";

// The parameters of what brings code into memory: new programs and mappings.

/** Parameters of mmap(2). Addresses and lengths are those asked for; `res` is where the mapping is. */
export interface MmapArgs {
  /** The address of the mapping, or the negated errno. */
  readonly res: number | undefined;
  /** The address asked for; 0 for any. */
  readonly addr: bigint;
  /** In bytes. Exact up to 2^53 and rounded beyond, as the offset. */
  readonly length: number;
  /** What the memory may be used for; see `protectionNames`. */
  readonly prot: number;
  /** See `mmapFlagNames`. */
  readonly flags: number;
  /** The descriptor of the file; mappings without one have -1 by custom. */
  readonly fd: number;
  readonly offset: number;
}

/**
 * A file as stat(2) tells of it. gVisor's releases of 2022 and 2024 tell mode, uid and gid; the others are `undefined`
 * then.
 */
export interface FileStatus {
  /** Type and permissions, as `st_mode`. */
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly ino: bigint | undefined;
  /** Last change of the inode: nanoseconds since the epoch. */
  readonly ctimeNs: bigint | undefined;
  /**
   * Whether the file is in the upper layer of an overlay: it was written, or made, after the container's image. It can
   * be in the lower layer too.
   */
  readonly overlayfsUpper: boolean | undefined;
  /** Whether the file is in the lower layer of an overlay, the container's image. */
  readonly overlayfsLower: boolean | undefined;
}

/** A program's file. */
export interface ProgramFile extends FileStatus {
  readonly size: number | undefined;
  /** Number of its names; 0 for a file that has been deleted. */
  readonly nlink: number | undefined;
}

/** What a program has for its standard input, output or error. */
export interface StandardStream {
  /** Type and permissions, as `st_mode`. */
  readonly mode: number | undefined;
  readonly ino: bigint | undefined;
  readonly path: string | undefined;
  readonly socket: StandardSocket | undefined;
}

/** The addresses of a socket that is a standard stream. */
export interface StandardSocket {
  /** As socket(2) has it; see `socketFamilyName`. */
  readonly domain: number;
  /** Address of this end, of an internet socket. Paths of Unix sockets are not told. */
  readonly local: SocketAddress | undefined;
  readonly remote: SocketAddress | undefined;
}

/** Parameters of a new program image. What the session does not ask for is `undefined`. */
export interface SentryExecArgs {
  /** The program's file: absolute, symbolic links resolved; of a script, the script. */
  readonly binaryPath: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  /** The path as the caller of execve gave it. */
  readonly execfn: string | undefined;
  /** The program lies in anonymous memory. */
  readonly fromMemfd: boolean | undefined;
  /** Of the session's field `binary_info`. */
  readonly binary: ProgramFile | undefined;
  /** The file's digests, in lower-case hexadecimal. */
  readonly sha256: string | undefined;
  readonly sha1: string | undefined;
  /** Of the field `fd_info`; `undefined` also where the descriptor is closed. */
  readonly stdin: StandardStream | undefined;
  readonly stdout: StandardStream | undefined;
  readonly stderr: StandardStream | undefined;
  /**
   * Of the field `pipe_proc_info`: a sibling that writes into the pipe which is this program's standard input. It is
   * told as it was at that moment.
   */
  readonly pipeInput: ProcessContext | undefined;
  /** A sibling that reads from the pipe which is this program's standard output. */
  readonly pipeOutput: ProcessContext | undefined;
}

/** Parameters of a mapping of executable memory. */
export interface SentryMmapArgs {
  /** The file mapped; `undefined` for anonymous memory, code made at run time. */
  readonly path: string | undefined;
  readonly file: FileStatus | undefined;
  /** Whether the file is the program that the process runs. */
  readonly isProgram: boolean;
}
