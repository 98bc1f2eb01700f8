import { expand, type Stage, TraceError } from "@sentrytap/core";
import { type Event, gap } from "@sentrytap/events";
import { applyToDescriptors } from "./descriptors.ts";
import type { Gaps } from "./gaps.ts";
import type { ProcfsDump } from "./procfs-dump.ts";
import { seedTable } from "./seed.ts";
import { type TableLimits, ThreadTable, type TrackStats } from "./thread-table.ts";
import { applyToThreads } from "./threads.ts";
import type { Tracked, TrackedEvent } from "./tracked-event.ts";

/** Bounds of the tables of one sandbox. Beyond them the oldest entry is forgotten and counted. */
export interface TrackOptions {
  /** Threads alive at once. Default 65,536. */
  readonly maxThreads?: number;
  /** Descriptors of one process. Default 16,384. */
  readonly maxDescriptors?: number;
  /** Ended processes remembered, so that their children can still name their ancestors. Default 4,096. */
  readonly maxEnded?: number;
  /**
   * Memory for arguments, environments, descriptors and long paths, in bytes, estimated. Beyond it the larger of them
   * are forgotten, oldest first. Default 64 MiB.
   */
  readonly maxMemory?: number;
}

/** What tells one sandbox from another: the object that its events carry. */
type TracedSandbox = Event["sandbox"];

/** The tables of threads and descriptors of any number of sandboxes. */
export interface Tracker {
  /**
   * Brings what `event` tells into the tables, attaches the state right after it, and hands it to `emit`: the same
   * object, with `thread`, `fd`, `fdNumber` and `toctou` set. Before it come the gaps that it gives away.
   */
  apply(event: Event, emit: (event: TrackedEvent) => void): void;
  /**
   * Brings in the processes that ran before the session did, from a dump of procfs: before the first event of `sandbox`
   * or at any time after. What events have told by then stands: the dump adds what they left open, and nobody who
   * has ended comes back. Take the dump once the session has begun: of who came or went in between, neither tells.
   */
  seed(sandbox: TracedSandbox, dump: ProcfsDump): void;
  /** Figures for one sandbox, as they were at its end once it is gone; `undefined` where it had no events. */
  stats(sandbox: TracedSandbox): TrackStats | undefined;
}

/**
 * Tables for any number of sandboxes, a set for each, released when the sandbox ends, or with the sandbox object.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where a limit is no positive integer.
 */
export function createTracker(options: TrackOptions = {}): Tracker {
  return new SandboxTracker({
    maxThreads: positive("maxThreads", options.maxThreads ?? 65_536),
    maxDescriptors: positive("maxDescriptors", options.maxDescriptors ?? 16_384),
    maxEnded: positive("maxEnded", options.maxEnded ?? 4_096),
    maxMemory: positive("maxMemory", options.maxMemory ?? 64 * 1024 * 1024),
  });
}

/**
 * The stage that gives every event the state of its thread and descriptor.
 *
 * @example
 * const tracked = pipe(server.batches(), events(), track());
 */
export function track(tracker: Tracker = createTracker()): Stage<Event, TrackedEvent> {
  return expand("track", (event: Event, emit: (event: TrackedEvent) => void) => tracker.apply(event, emit));
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value;
  throw new TraceError("ERR_INVALID_ARGUMENT", `${name} must be a positive integer, and is ${value}`);
}

class SandboxTracker implements Tracker {
  readonly #limits: TableLimits;
  readonly #sandboxes = new WeakMap<TracedSandbox, ThreadTable>();
  /** Figures of those that have ended. */
  readonly #ended = new WeakMap<TracedSandbox, TrackStats>();
  /** The sandbox of the last event: most often also that of the next. */
  #last: TracedSandbox | undefined;
  #lastTable: ThreadTable | undefined;

  constructor(limits: TableLimits) {
    this.#limits = limits;
  }

  apply(event: Event, emit: (event: TrackedEvent) => void): void {
    const table = this.#table(event.sandbox);
    const { gaps } = table;
    gaps.noteDrops(event);
    if (event.type === "gap") gaps.noteLoss(event.args);
    const thread = applyToThreads(table, event);
    // Made by the normalizer with these slots free, see NormalizedEvent.
    const tracked = event as Event & { -readonly [Key in keyof Tracked]: Tracked[Key] };
    tracked.thread = thread?.current;
    if (thread !== undefined) {
      applyToDescriptors(tracked, event, thread);
      table.calls.note(event, thread);
    }
    if (event.type === "sandbox_end") this.#end(event.sandbox, table);
    gaps.noteEvictions(table);
    if (!gaps.isEmpty) emitGaps(gaps, tracked, emit);
    emit(tracked);
  }

  seed(sandbox: TracedSandbox, dump: ProcfsDump): void {
    if (!this.#ended.has(sandbox)) seedTable(this.#table(sandbox), dump);
  }

  stats(sandbox: TracedSandbox): TrackStats | undefined {
    return this.#sandboxes.get(sandbox)?.stats() ?? this.#ended.get(sandbox);
  }

  #end(sandbox: TracedSandbox, table: ThreadTable): void {
    const stats = table.stats();
    const { threads, processes } = stats;
    if (threads > 0 && !table.coverage.namelessEnds)
      table.gaps.add({ kind: "sandbox_lost", threads, processes });
    this.#ended.set(sandbox, stats);
    this.#sandboxes.delete(sandbox);
    this.#last = undefined;
    this.#lastTable = undefined;
  }

  #table(sandbox: TracedSandbox): ThreadTable {
    if (this.#last === sandbox && this.#lastTable !== undefined) return this.#lastTable;
    let table = this.#sandboxes.get(sandbox);
    if (table === undefined) {
      table = new ThreadTable(this.#limits);
      this.#sandboxes.set(sandbox, table);
    }
    this.#last = sandbox;
    this.#lastTable = table;
    return table;
  }
}

/** The gaps that `event` gave away, of the same thread. */
function emitGaps(gaps: Gaps, { message, thread }: TrackedEvent, emit: (event: TrackedEvent) => void): void {
  for (const args of gaps.take()) {
    const found: { -readonly [Key in keyof Tracked]?: Tracked[Key] } & Event = gap(message, args);
    found.thread = thread;
    emit(found as TrackedEvent);
  }
}
