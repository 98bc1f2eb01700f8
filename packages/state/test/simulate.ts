import type { Event } from "@sentrytap/events";
import { SandboxEnd, type StreamItem, type TracedSandbox } from "@sentrytap/wire";
import { normalize } from "../../events/src/normalize.ts";
import { type Fields, failed, type MessageName, message, returned } from "../../events/test/message.ts";
import {
  createTracker,
  type Descriptor,
  type Process,
  type TrackedEvent,
  type TrackOptions,
  type TrackStats,
} from "../src/index.ts";

export { failed, returned };

/** Numbers of system calls on x86-64. */
export const sysno = {
  read: 0n,
  open: 2n,
  pipe: 22n,
  dup: 32n,
  dup2: 33n,
  accept: 43n,
  clone: 56n,
  fork: 57n,
  execve: 59n,
  chdir: 80n,
  fchdir: 81n,
  creat: 85n,
  setuid: 105n,
  openat: 257n,
  accept4: 288n,
  dup3: 292n,
  pipe2: 293n,
  execveat: 322n,
} as const;

/** What a thread's events say of it; what is left out the session does not collect. */
export interface Context {
  readonly threadId?: number;
  readonly threadGroupId?: number;
  readonly processName?: string;
  readonly cwd?: string;
  readonly [field: string]: unknown;
}

/** A made-up sandbox: sends messages, as bytes, through normalizer and tracker. */
export class Simulation {
  readonly sandbox: TracedSandbox = { id: "box", arch: "x64" };
  readonly tracker: ReturnType<typeof createTracker>;
  /** Every gap so far. */
  readonly gaps: Extract<TrackedEvent, { readonly type: "gap" }>[] = [];
  #timeNs = 1_795_286_461_313_392_178n;

  constructor(options?: TrackOptions) {
    this.tracker = createTracker(options);
  }

  /** Sends one message of the thread that `context` tells of; its last event, tracked. */
  send(name: MessageName, context: Context | undefined, fields: Fields = {}, dropped = 0): TrackedEvent {
    // With a time of its own, as every message has: what else contexts have in common is found again.
    const contextData = context === undefined ? {} : { contextData: { timeNs: ++this.#timeNs, ...context } };
    return this.#take(message(name, { ...contextData, ...fields }, this.sandbox, dropped));
  }

  /** The connection is closed. */
  end(): TrackedEvent {
    return this.#take(new SandboxEnd(this.sandbox));
  }

  #take(item: StreamItem): TrackedEvent {
    let last: TrackedEvent | undefined;
    normalize(item, (event: Event) => {
      this.tracker.apply(event, (tracked) => {
        if (tracked.type === "gap") this.gaps.push(tracked);
        last = tracked;
      });
    });
    if (last === undefined) throw new Error(`${item.messageName} makes no event`);
    return last;
  }

  /** Sends a call's enter and exit; the exit's event. */
  call(
    name: MessageName,
    context: Context | undefined,
    fields: Fields,
    exit: Fields,
    after: Fields = {},
  ): TrackedEvent {
    this.send(name, context, fields);
    return this.send(name, context, { ...fields, ...after, exit });
  }

  /** A container whose first process is `sh`, thread 1. */
  start(context: Context = first): TrackedEvent {
    return this.send("CONTAINER_START", context, {
      id: "c1",
      args: ["/bin/sh", "-c", "x"],
      env: ["A=1"],
      cwd: "/",
    });
  }

  /**
   * The thread of `creator` makes thread `tid`, of its own process as pthread_create(3) does or, where `tid` is `pid`, of a
   * new one as fork(2) does.
   */
  clone(
    creator: Context | undefined,
    tid: number,
    pid: number = tid,
    flags: bigint = tid === pid ? 0n : 0x3d0f00n,
  ): TrackedEvent {
    return this.send("SENTRY_CLONE", creator, { createdThreadId: tid, createdThreadGroupId: pid, flags });
  }

  openat(context: Context | undefined, pathname: string, fd: number, flags = 0): TrackedEvent {
    const fields = { sysno: sysno.openat, fd: -100n, pathname, flags };
    return this.call("SYSCALL_OPEN", context, fields, returned(fd));
  }

  /** A whole exec, with the Sentry's word between enter and exit. */
  exec(
    context: Context,
    pathname: string,
    argv: readonly string[],
    binaryPath: string = pathname,
  ): TrackedEvent {
    const fields = { sysno: sysno.execve, pathname, argv, envv: ["E=1"] };
    this.send("SYSCALL_EXECVE", context, fields);
    this.send("SENTRY_EXEC", context, { binaryPath, argv, env: ["E=1"] });
    return this.send("SYSCALL_EXECVE", context, { ...fields, exit: returned() });
  }

  exit(context: Context): TrackedEvent {
    return this.send("SENTRY_TASK_EXIT", context);
  }

  /** What descriptor `fd` of the thread's process stands for. */
  descriptor(context: Context, fd: number): Descriptor | undefined {
    return this.process(context)?.descriptor(fd);
  }

  /** The thread's process, as an event tells that changes nothing. */
  process(context: Context): Process | undefined {
    return this.send("SYSCALL_RAW", context, { sysno: 39n }).thread?.process;
  }

  stats(): TrackStats {
    const stats = this.tracker.stats(this.sandbox);
    if (stats === undefined) throw new Error("no event yet");
    return stats;
  }
}

/** The context of thread `tid` of process `pid`, in a session that collects everything. */
export function thread(tid: number, pid: number = tid, more: Fields = {}): Context {
  return {
    threadId: tid,
    threadGroupId: pid,
    containerId: "c1",
    cwd: "/",
    processName: "sh",
    credentials: {},
    ...more,
  };
}

/** The first thread of a container. */
export const first: Context = thread(1);
