import { DescriptorTable } from "./descriptor-table.ts";
import { LiveProcess, type ProcessFields, ThreadState } from "./process-state.ts";
import type { Credentials, Process } from "./thread.ts";

/** How much is kept of one sandbox; beyond it the oldest is forgotten, and counted. */
export interface TableLimits {
  /** Threads alive at once. */
  readonly maxThreads: number;
  /** Descriptors of one process. */
  readonly maxDescriptors: number;
  /** Ended processes remembered, to name the ancestors of those that live. */
  readonly maxEnded: number;
}

/** The threads and processes of one sandbox. */
export class ThreadTable {
  readonly #limits: TableLimits;
  readonly #threads: Map<number, ThreadState> = new Map();
  readonly #processes: Map<number, LiveProcess> = new Map();
  readonly #ended: Map<number, Process> = new Map();
  /** Threads forgotten because the table was full. */
  evicted = 0;

  constructor(limits: TableLimits) {
    this.#limits = limits;
  }

  get threadCount(): number {
    return this.#threads.size;
  }

  get processCount(): number {
    return this.#processes.size;
  }

  /** The thread `tid` with its process as it is now. */
  get(tid: number): ThreadState | undefined {
    const thread = this.#threads.get(tid);
    if (thread === undefined || thread.process === thread.live.current) return thread;
    return this.put(thread.live, tid, thread.name, thread.credentials, thread.startTimeNs);
  }

  process(pid: number): LiveProcess | undefined {
    return this.#processes.get(pid);
  }

  addProcess(fields: ProcessFields, descriptors?: DescriptorTable): LiveProcess {
    const live = new LiveProcess(
      fields,
      descriptors ?? new DescriptorTable(this.#limits.maxDescriptors),
      this.#find,
    );
    this.#processes.set(fields.pid, live);
    this.#ended.delete(fields.pid);
    return live;
  }

  /** Adds thread `tid` of `live`, or replaces what is known of it. */
  put(
    live: LiveProcess,
    tid: number,
    name: string | undefined,
    credentials: Credentials | undefined,
    startTimeNs: bigint | undefined,
  ): ThreadState {
    const thread = new ThreadState(live, tid, name, credentials, startTimeNs);
    if (!this.#threads.has(tid)) {
      if (this.#threads.size >= this.#limits.maxThreads) this.#evictOldest();
      live.threads.add(tid);
    }
    this.#threads.set(tid, thread);
    return thread;
  }

  /** Thread `tid` ended; with its last thread a process ends. */
  remove(tid: number): void {
    const live = this.#threads.get(tid)?.live;
    if (live === undefined) return;
    if (live.newLeader !== undefined && tid === live.current.pid) {
      // The old leader made way for the thread that called exec, which goes on under the leader's id.
      const { newLeader } = live;
      live.newLeader = undefined;
      this.#threads.delete(newLeader);
      live.threads.delete(newLeader);
      return;
    }
    this.#threads.delete(tid);
    live.threads.delete(tid);
    if (live.threads.size === 0) this.#end(live);
  }

  #end(live: LiveProcess): void {
    const { pid } = live.current;
    if (this.#processes.get(pid) !== live) return;
    this.#processes.delete(pid);
    live.descriptors = new DescriptorTable(0);
    this.#ended.set(pid, live.current);
    if (this.#ended.size > this.#limits.maxEnded) {
      for (const oldest of this.#ended.keys()) {
        this.#ended.delete(oldest);
        break;
      }
    }
  }

  #evictOldest(): void {
    for (const oldest of this.#threads.keys()) {
      this.evicted++;
      this.remove(oldest);
      this.#threads.delete(oldest);
      return;
    }
  }

  readonly #find = (pid: number): Process | undefined =>
    this.#processes.get(pid)?.current ?? this.#ended.get(pid);
}
