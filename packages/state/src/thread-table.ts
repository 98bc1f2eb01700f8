import type { Credentials } from "@sentrytap/events";
import { Budget } from "./budget.ts";
import { ById } from "./by-id.ts";
import { CallPairs } from "./call-pairs.ts";
import { Coverage } from "./coverage.ts";
import { DescriptorTable } from "./descriptor-table.ts";
import { Gaps } from "./gaps.ts";
import { KnownSockets } from "./known-sockets.ts";
import { type FindProcess, LiveProcess } from "./live-process.ts";
import { LiveThread } from "./live-thread.ts";
import { NumberSet } from "./number-set.ts";
import { OldestKey } from "./oldest-key.ts";
import type { ProcessFields } from "./process-state.ts";

/** How much is kept of one sandbox; beyond it the oldest is forgotten, and counted. */
export interface TableLimits {
  /** Threads alive at once. */
  readonly maxThreads: number;
  /** Descriptors of one process. */
  readonly maxDescriptors: number;
  /** Ended processes remembered, to name the ancestors of those that live. */
  readonly maxEnded: number;
  /** Estimated bytes of arguments, environments, descriptors and long paths. */
  readonly maxMemory: number;
}

/** How full the tables of one sandbox are, and what they had to forget. */
export interface TrackStats {
  readonly threads: number;
  readonly processes: number;
  /** Ended processes remembered. */
  readonly ended: number;
  /** Processes that were first told of by a dump of procfs. */
  readonly seeded: number;
  /** Threads forgotten because there were too many. */
  readonly evictedThreads: number;
  /** Descriptors forgotten because their process had too many. */
  readonly evictedDescriptors: number;
  /** Ended processes forgotten because there were too many: lineage ends there. */
  readonly evictedEnded: number;
  /** Programs of whose arguments or environment only the beginning is kept. */
  readonly cutPrograms: number;
  /** Programs' arguments, whole tables of descriptors, and long paths, forgotten for want of memory. */
  readonly forgotten: number;
  /** Estimated bytes of arguments, environments, descriptors and long paths. */
  readonly memory: number;
}

/** Containers of a sandbox whose first process is remembered. */
const maxContainers = 1_024;

/** The largest id of a thread in gVisor (TasksLimit in pkg/sentry/kernel/threads.go). */
const maxId = 65_536;

/** The threads and processes of one sandbox. */
export class ThreadTable {
  /** Most often also the next: of many sandboxes that take turns, the only place where threads are looked for. */
  #lastFound: LiveThread | undefined;
  /** What the stream did not tell. */
  readonly gaps: Gaps = new Gaps();
  /** What it tells. */
  readonly coverage: Coverage = new Coverage();
  readonly sockets: KnownSockets = new KnownSockets();
  readonly calls: CallPairs = new CallPairs(this.gaps, this.coverage);
  readonly #budget: Budget;
  readonly #limits: TableLimits;
  readonly #threads: ById<LiveThread> = new ById();
  readonly #processes: Map<number, LiveProcess> = new Map();
  readonly #ended: Map<number, LiveProcess> = new Map();
  readonly #oldestThread: OldestKey<number> = new OldestKey(this.#threads);
  readonly #oldestEnded: OldestKey<number> = new OldestKey(this.#ended);
  /** The first thread of the container that the last message told of the start of: its other events are about that. */
  started: LiveThread | undefined = undefined;
  /** Processes that a dump of procfs was the first to tell of. */
  seeded = 0;
  /** The first processes of containers, by the container. */
  readonly #inits: Map<string, number> = new Map();
  #evicted = 0;
  #evictedEnded = 0;
  /** The ids of those that ended and are not remembered. */
  #forgotten: NumberSet | undefined = undefined;

  constructor(limits: TableLimits) {
    this.#lastFound = undefined;
    this.#limits = limits;
    this.#budget = new Budget(limits.maxMemory);
  }

  /** How full it is, and what was forgotten. */
  stats(): TrackStats {
    return {
      threads: this.#threads.size,
      processes: this.#processes.size,
      ended: this.#ended.size,
      seeded: this.seeded,
      evictedThreads: this.#evicted,
      evictedDescriptors: this.#budget.evictedDescriptors,
      evictedEnded: this.#evictedEnded,
      cutPrograms: this.#budget.cutPrograms,
      forgotten: this.#budget.forgotten,
      memory: this.#budget.used,
    };
  }

  /** How often something that may still matter was forgotten. */
  get evictions(): number {
    return this.#evicted + this.#budget.evictedDescriptors + this.#budget.forgotten;
  }

  /** Whether nothing has happened yet. */
  get isEmpty(): boolean {
    return this.#threads.size === 0 && this.#ended.size === 0;
  }

  /** Whether the process `pid` may be one that ended and is not remembered any more. */
  hasForgotten(pid: number): boolean {
    return this.#forgotten?.has(pid) === true;
  }

  /** Whether every birth there was has been told, as far as is known. */
  get tellsAllBirths(): boolean {
    const { fromStart, births } = this.coverage;
    return fromStart && births && !this.gaps.hasLoss && this.#evicted === 0;
  }

  /** `process` is the first one of its container. */
  noteContainer({ current: { fields } }: LiveProcess): void {
    if (fields.pid === 1) this.coverage.fromStart = true;
    if (fields.containerId !== undefined && this.#inits.size < maxContainers) {
      this.#inits.set(fields.containerId, fields.pid);
    }
  }

  /** Id of the first process of a container. */
  initOf(containerId: string): number | undefined {
    return this.#inits.get(containerId);
  }

  get(tid: number): LiveThread | undefined {
    const last = this.#lastFound;
    if (last !== undefined && last.tid === tid) return last;
    const found = this.#threads.get(tid);
    if (found !== undefined) this.#lastFound = found;
    return found;
  }

  process(pid: number): LiveProcess | undefined {
    return this.#processes.get(pid);
  }

  /** The processes that live, in the order in which they came, and those that ended and are remembered. */
  *processes(): Generator<LiveProcess, void> {
    yield* this.#processes.values();
    yield* this.#ended.values();
  }

  /**
   * The process `pid`, to which a thread must be added next: it may be one that was evicted and turns out to live.
   */
  processForThread(pid: number): LiveProcess | undefined {
    const live = this.#processes.get(pid);
    if (live !== undefined) return live;
    const back = this.#ended.get(pid);
    if (back === undefined || !back.evicted) return undefined;
    back.revive();
    this.#deleteEnded(pid);
    this.#processes.set(pid, back);
    return back;
  }

  /** The process `pid` that ended, while it is remembered. */
  ended(pid: number): LiveProcess | undefined {
    return this.#ended.get(pid);
  }

  /** Adds a process, to which a thread must be added next. What was known under its id has ended. */
  addProcess(fields: ProcessFields, descriptors?: DescriptorTable): LiveProcess {
    const { pid } = fields;
    const { maxDescriptors } = this.#limits;
    const table = descriptors ?? new DescriptorTable(maxDescriptors, this.#budget, this);
    const added = new LiveProcess(fields, table, this.#find, this.#budget);
    const before = this.#processes.get(pid);
    if (before !== undefined) for (const tid of before.threads) this.remove(tid);
    this.#forget(pid);
    this.#processes.set(pid, added);
    return added;
  }

  /**
   * Adds thread `tid` to `process`, with descriptors of its own where it does not share those of the process. What was known
   * under its id has ended.
   */
  addThread(
    process: LiveProcess,
    tid: number,
    name: string | undefined,
    credentials: Credentials | undefined,
    startTimeNs: bigint | undefined,
    descriptors?: DescriptorTable,
  ): LiveThread {
    process.threads.add(tid); // before anything is removed, so that the process is not left without threads
    const before = this.#threads.get(tid);
    if (before !== undefined && before.process !== process) this.remove(tid);
    else before?.release();
    const thread = new LiveThread(process, tid, name, credentials, startTimeNs, this.#budget, descriptors);
    this.#threads.set(tid, thread);
    this.#lastFound = thread;
    if (this.#threads.size > this.#limits.maxThreads) this.#evictOldest();
    return thread;
  }

  /** Thread `tid` ended; with its last thread a process ends. */
  remove(tid: number): void {
    const thread = this.#threads.get(tid);
    if (thread === undefined) return;
    const { process } = thread;
    thread.release();
    this.#threads.delete(tid);
    this.#lastFound = undefined;
    this.#oldestThread.deleted(tid);
    process.threads.delete(tid);
    if (thread.isLeader) process.endedLeader = thread;
    if (process.threads.size === 0) this.#end(process);
  }

  #end(process: LiveProcess): void {
    const { pid } = process;
    this.#processes.delete(pid);
    process.end();
    process.descriptors = process.descriptors.leave();
    this.#ended.set(pid, process);
    if (this.#ended.size <= this.#limits.maxEnded) return;
    const oldest = this.#oldestEnded.next();
    if (oldest === undefined) return;
    this.#evictedEnded++;
    this.#forgotten ??= new NumberSet(maxId + 1);
    this.#forgotten.add(oldest);
    this.#forget(oldest);
  }

  #forget(pid: number): void {
    this.#ended.get(pid)?.forget();
    this.#deleteEnded(pid);
  }

  #deleteEnded(pid: number): void {
    this.#ended.delete(pid);
    this.#oldestEnded.deleted(pid);
  }

  #evictOldest(): void {
    const tid = this.#oldestThread.next();
    const process = tid === undefined ? undefined : this.#threads.get(tid)?.process;
    if (tid === undefined || process === undefined) return;
    this.#evicted++;
    process.evicted = true;
    process.lostThreads = true;
    this.remove(tid);
  }

  readonly #find: FindProcess = (pid) => this.#processes.get(pid) ?? this.#ended.get(pid);
}
