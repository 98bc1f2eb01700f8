import { TraceError } from "@sentrytap/core";
import type { SandboxSpread } from "@sentrytap/server";
import { addFigures, noFigures, type SummedFigures } from "./add-figures.ts";
import type { Arrivals } from "./arrivals.ts";
import { Retries } from "./retries.ts";
import type { DeliveryItem, Loaded, PostedRules, WorkerSetup } from "./thread-messages.ts";
import { WorkerHandle, type WorkerListener } from "./worker-handle.ts";

/** What came of a worker: a delivery, or its death. */
export interface Arrival {
  readonly worker: WorkerHandle;
  readonly news: readonly DeliveryItem[] | TraceError;
}

/** What is the same for all workers of a crew. */
export type CrewSetup = Omit<WorkerSetup, "share" | "rules">;

/** Those who are to begin all together. */
interface Start {
  readonly count: number;
  readonly resolve: (loaded: Loaded) => void;
  readonly reject: (error: Error) => void;
}

/** The workers: as many as there were in the beginning, until they are to end. */
export class Crew implements WorkerListener {
  readonly #spread: SandboxSpread;
  readonly #setup: CrewSetup;
  readonly #arrivals: Arrivals<Arrival>;
  /** Each with how many before it, in the same place, could not begin. */
  readonly #all = new Map<WorkerHandle, number>();
  readonly #begun = new Set<WorkerHandle>();
  readonly #retries = new Retries();
  #rules: PostedRules;
  #start: Start | undefined;
  #ending = false;
  #died = 0;
  /** Of those that have ended. */
  #past: SummedFigures = noFigures;

  constructor(spread: SandboxSpread, setup: CrewSetup, rules: PostedRules, arrivals: Arrivals<Arrival>) {
    this.#spread = spread;
    this.#setup = setup;
    this.#rules = rules;
    this.#arrivals = arrivals;
  }

  /** Those that have not ended. */
  get all(): readonly WorkerHandle[] {
    return [...this.#all.keys()];
  }

  /** Whether nobody is left, and nobody will come. */
  get isOver(): boolean {
    return this.#all.size === 0 && !this.#retries.arePending;
  }

  /** How many take sandboxes. */
  get begunCount(): number {
    return this.#begun.size;
  }

  get died(): number {
    return this.#died;
  }

  /** Starts `count` workers; resolves when all take sandboxes, with what they have loaded. */
  start(count: number): Promise<Loaded> {
    return new Promise((resolve, reject) => {
      this.#start = { count, resolve, reject };
      for (let i = 0; i < count; i++) this.#add(0);
    });
  }

  async stats(): Promise<SummedFigures> {
    const all = await Promise.all(this.all.map((worker) => worker.stats()));
    // Whoever has ended meanwhile is among the past.
    const there = this.all.flatMap(({ figures }) => (figures === undefined ? [] : [figures]));
    return all.length === 0 ? this.#past : there.reduce<SummedFigures>(addFigures, this.#past);
  }

  /**
   * Puts rules in force in all workers, and in those to come; `undefined` where there is none.
   *
   * @throws {TraceError} `ERR_RULES` where they do not load, in any worker: all have the same texts, and so the same answer.
   */
  async replace(rules: PostedRules): Promise<Loaded | undefined> {
    const asked = new Set(this.#begun);
    const all = await Promise.all([...asked].map((worker) => worker.replace(rules)));
    this.#rules = rules;
    // Those that began meanwhile did so with the rules before.
    const late = [...this.#begun].filter((worker) => !asked.has(worker));
    await Promise.all(late.map((worker) => worker.replace(rules)));
    return all.find((loaded) => loaded !== undefined);
  }

  /** Nobody takes the place of those who end from here on. */
  end(): void {
    this.#ending = true;
    this.#retries.cancel();
    this.#arrivals.wake();
  }

  /** Ends all at once. */
  async terminate(): Promise<void> {
    this.end();
    await Promise.all(this.all.map((worker) => worker.terminate()));
  }

  begun(worker: WorkerHandle, loaded: Loaded): void {
    this.#begun.add(worker);
    if (worker.rules !== this.#rules) {
      worker.replace(this.#rules).catch((error: Error) => worker.terminate(error));
    }
    if (this.#begun.size !== this.#start?.count) return;
    this.#start.resolve(loaded);
    this.#start = undefined;
  }

  delivered(worker: WorkerHandle, news: readonly DeliveryItem[]): void {
    this.#arrivals.put({ worker, news });
  }

  ended(worker: WorkerHandle, error: Error | undefined): void {
    if (worker.figures !== undefined) this.#past = addFigures(this.#past, worker.figures);
    const failures = this.#all.get(worker) ?? 0;
    this.#all.delete(worker);
    this.#spread.withdraw(worker);
    const hadBegun = this.#begun.delete(worker);
    if (error !== undefined && this.#start !== undefined) {
      this.#start.reject(error);
      this.#start = undefined;
    } else if (error !== undefined && hadBegun) {
      this.#bury(worker, error);
      this.#replace(worker, 0);
    } else if (error !== undefined) {
      this.#retry(worker, error, failures + 1);
    }
    this.#arrivals.wake();
  }

  /** The death is told in the order of what the worker delivered. */
  #bury(worker: WorkerHandle, error: Error): void {
    this.#died++;
    const news = error instanceof TraceError ? error : new TraceError("ERR_WORKER", error.message);
    this.#arrivals.put({ worker, news });
  }

  /** Has another take the place of `worker`, after so many that could not begin. */
  #replace(worker: WorkerHandle, failures: number): void {
    if (this.#ending) return;
    try {
      this.#add(failures);
    } catch (cause) {
      const why = `no other takes the place of worker ${worker.number}: ${String(cause)}`;
      this.#retry(worker, new TraceError("ERR_WORKER", why, { cause }), failures + 1);
    }
  }

  /** One could not begin, the last of so many. Whoever is about to when all ends finds its share gone: nothing is lost by that. */
  #retry(worker: WorkerHandle, error: Error, failures: number): void {
    if (this.#ending || this.#retries.later(failures, () => this.#replace(worker, failures))) return;
    this.#bury(worker, error);
    this.#arrivals.wake();
  }

  #add(failures: number): void {
    const share = this.#spread.share();
    try {
      const worker = new WorkerHandle({ ...this.#setup, share, rules: this.#rules }, this);
      this.#all.set(worker, failures);
    } catch (error) {
      this.#spread.withdraw(share);
      throw error;
    }
  }
}
