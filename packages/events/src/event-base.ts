import type { ContextDataView, CredentialsView, StreamItem, TracedSandbox } from "@sentrytap/wire";

/**
 * What kind of work an event is about, as Falco's event table has it. The three of `io` are of the kind of their
 * descriptor, which takes state to know: `evt.category` says that.
 */
export type EventCategory =
  | "file"
  | "net"
  | "ipc"
  | "memory"
  | "process"
  | "signal"
  | "sleep"
  | "system"
  | "time"
  | "user"
  | "wait"
  | "io-read"
  | "io-write"
  | "io-other"
  | "other";

/** What every event has. Fields of the context are `undefined` where the session did not ask for them. */
export interface EventBase<Type extends string, Args, Source extends StreamItem> {
  /** The name Falco has for it (`evt.type`), else our own. */
  readonly type: Type;
  /**
   * A system call has two: `enter` with the arguments as they were on entry, and `exit` with the result. Everything
   * else happens once and counts as `exit`. Rules see exits.
   */
  readonly direction: "enter" | "exit";
  readonly category: EventCategory;
  /** The sandbox in which it happened. */
  readonly sandbox: TracedSandbox;
  /** The message behind it; its bytes are kept alive by it. */
  readonly message: Source;
  /** Points dropped by the Sentry until then, as the message says: cumulative, wraps at 2^32. */
  readonly droppedCount: number | undefined;
  /** The parameters, under Falco's names (`evt.arg.*`). Decoded when first asked for. */
  readonly args: Args;
  /** Nanoseconds since the epoch. Monotonic within a thread only. */
  readonly timeNs: bigint | undefined;
  /** The thread it happened in, in the sandbox's root pid namespace. */
  readonly tid: number | undefined;
  /** The process (thread group) of that thread. */
  readonly pid: number | undefined;
  readonly containerId: string | undefined;
  /** Name of the thread (`comm`), at most 15 bytes. On an exec, still the old one. */
  readonly processName: string | undefined;
  readonly cwd: string | undefined;
  /** Ids of the thread; on the exit of a call that changes them, already the new ones. */
  readonly credentials: CredentialsView | undefined;
  /**
   * What the Sentry calls the descriptor that the call takes, or the directory of one that takes a path: a path with
   * symbolic links resolved, `socket:[3]`, `[err: FD not found]` and the like. `undefined` where the session does not
   * collect it (`fd_path`), and where there is no descriptor. On the exit of a close there is no such descriptor any more.
   */
  readonly fdPath: string | undefined;
  /** All that the message says of its context. */
  readonly context: ContextDataView | undefined;
  /** What the call returned, or the negated errno; `undefined` where nothing returned. */
  readonly result: number | undefined;
  /** The positive errno of a call that failed. */
  readonly errno: number | undefined;
  /** Whether a call failed. */
  readonly failed: boolean;
}
