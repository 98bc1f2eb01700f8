import type { Credentials } from "@sentrytap/events";

/** What `runsc trace procfs` says of a sandbox's processes: see `parseProcfs`. */
export interface ProcfsDump {
  readonly processes: readonly ProcfsProcess[];
  /** Lines that should have been a process and were not, and processes beyond the limit. */
  readonly skipped: number;
}

/**
 * One process of a dump. All ids are those of the sandbox's root pid namespace, paths are as the process sees them.
 * What the dump does not say is `undefined`.
 */
export interface ProcfsProcess {
  readonly pid: number;
  /** Who is its parent at the moment of the dump, which may not be who made it; 0 where nobody in the sandbox is. */
  readonly parentPid: number | undefined;
  /** Id of its process group. */
  readonly pgid: number | undefined;
  /** Id of its session. */
  readonly sid: number | undefined;
  /** Name of its main thread (`comm`). */
  readonly name: string | undefined;
  /** Path of the program's file, symbolic links resolved. */
  readonly exepath: string | undefined;
  /** All arguments, the first one included. */
  readonly args: readonly string[] | undefined;
  readonly env: readonly string[] | undefined;
  readonly cwd: string | undefined;
  /** Its root directory, as the container sees it. */
  readonly root: string | undefined;
  /** When it was made, in nanoseconds since the epoch. */
  readonly startTimeNs: bigint | undefined;
  readonly credentials: Credentials | undefined;
  readonly descriptors: readonly ProcfsDescriptor[] | undefined;
}

/** An open descriptor of a {@link ProcfsProcess}. */
export interface ProcfsDescriptor {
  readonly number: number;
  /** gVisor's name for what is open: a path, `socket:[3]`, `host:[1]` and the like; empty where there is none. */
  readonly path: string;
  /** Type and permissions of the file, as stat(2) has them; 0 where not known. */
  readonly mode: number;
}
