import type { Credentials, ProgramFile } from "@sentrytap/events";
import type { Descriptor } from "./descriptor.ts";

/**
 * The file of a program as it was when that began. The point `sentry/execve` tells, and of that what the session asks for:
 * the rest is `undefined`.
 */
export interface Binary {
  /** Of the optional field `binary_info`. */
  readonly file: ProgramFile | undefined;
  /** Digests in lower-case hexadecimal: of the optional fields `binary_sha256` and `binary_sha1`. */
  readonly sha256: string | undefined;
  readonly sha1: string | undefined;
}

/**
 * A process (thread group) at one moment. Never changed: an exec or a chdir makes a new one, and events that happened
 * before keep the old. What was not seen and cannot be told is `undefined`. What is said to be of now is of when it is
 * read: in a stage, and in a loop over `flat(...)`, right after the event; in a loop over batches, after the whole batch.
 */
export interface Process {
  /** In the sandbox's root pid namespace. */
  readonly pid: number;
  readonly parentPid: number | undefined;
  /**
   * Who made it, as it is now or as it was when it ended; of a process made with CLONE_PARENT the parent of that one, of
   * one from a dump of procfs whoever was its parent then. `undefined` where it was never seen or is forgotten.
   */
  readonly parent: Process | undefined;
  /**
   * Who is its parent for the kernel now: {@link parent} while that lives; then who adopted it, where the session tells
   * (context field `parent_thread_group_id` of newer Sentries), else the init of its pid namespace: the first process of
   * its container. A subreaper (prctl(2)) among its ancestors would be it instead, of which no point tells. `undefined` where
   * it has none or that one is not known.
   */
  readonly currentParent: Process | undefined;
  /** Name of the main thread (`comm`), at most 15 bytes. */
  readonly name: string | undefined;
  /** First of the arguments, by custom the program's name as it was called. */
  readonly exe: string | undefined;
  /** Absolute path of the program's file, as far as it can be told. */
  readonly exepath: string | undefined;
  /** The arguments without the first. */
  readonly args: readonly string[] | undefined;
  readonly env: readonly string[] | undefined;
  /** The program lies in anonymous memory (memfd). */
  readonly exeFromMemfd: boolean;
  /** What the Sentry told of the program's file; `undefined` where it told nothing. */
  readonly binary: Binary | undefined;
  /** As the process sees it: seen from its {@link root}. */
  readonly cwd: string | undefined;
  /**
   * Its root directory, seen from the container's: `/` unless it called chroot(2). Of symbolic links in the path that it
   * gave nothing is known. What it opens and where it goes is told as seen from there.
   */
  readonly root: string | undefined;
  readonly containerId: string | undefined;
  readonly startTimeNs: bigint | undefined;
  /** Id of its process group, in the sandbox's root pid namespace. Of setpgid(2) no point but a raw one tells. */
  readonly pgid: number | undefined;
  /** Id of its session, in the sandbox's root pid namespace. */
  readonly sid: number | undefined;
  /** Who leads its process group: the process of that id, or where that is forgotten its eldest ancestor in the group. */
  readonly groupLeader: Process | undefined;
  /** Who leads its session, likewise. */
  readonly sessionLeader: Process | undefined;
  /** Its threads that live now, as far as they were heard of. */
  readonly threadCount: number;
  /** Whether the main thread is among them: it may end before the others. */
  readonly hasMainThread: boolean;
  /** The processes it made that live now, as far as they were heard of. */
  readonly childCount: number;
  /**
   * Whether its terminal is that of its container's start, which has one or not. `undefined` where not known: after
   * setsid(2), which gives up the terminal, and in exec sessions.
   */
  readonly terminal: boolean | undefined;
  /** The process of the container's start, or of an exec session: nobody in the sandbox is its parent. */
  readonly isFirst: boolean | undefined;
  /**
   * Whether an exec session (`runsc exec`, `docker exec`) began with it. The Sentries of 2024 do not tell. It is inferred then: of a process
   * that appears without a birth in a sandbox whose births were told from its first process on, and of whose stream nothing
   * is known to be lost. A birth that was lost without a trace looks the same: a `gap` comes with either. `undefined` where it may be one.
   */
  readonly isExecSession: boolean | undefined;
  /** What descriptor `fd` refers to now, for its threads but those that have descriptors of their own. */
  descriptor(fd: number): Descriptor | undefined;
  /** All that are known to be open now. */
  descriptors(): OpenDescriptors;
}

/**
 * The descriptors of a process, each with its number, in no order: a live view of what is open when it is looked at. What
 * was open before the process was first heard of, and not used since, is not among them, unless a dump of procfs told.
 */
export interface OpenDescriptors extends Iterable<readonly [number, Descriptor]> {
  readonly size: number;
}

/** A thread at one moment; never changed, as {@link Process}. */
export interface Thread {
  readonly tid: number;
  readonly pid: number;
  /** Name of the thread (`comm`), at most 15 bytes. */
  readonly name: string | undefined;
  readonly process: Process;
  readonly credentials: Credentials | undefined;
  readonly startTimeNs: bigint | undefined;
  /**
   * What descriptor `fd` refers to now. Threads share the descriptors of their process, but one that was made without
   * CLONE_FILES, or has called unshare(2), has its own.
   */
  descriptor(fd: number): Descriptor | undefined;
}
