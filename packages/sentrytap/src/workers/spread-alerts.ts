import { type Batches, flat, type SoleConsumer, soleConsumer, TraceError } from "@sentrytap/core";
import type { SandboxSpread } from "@sentrytap/server";
import { EventEmitter } from "eventemitter3";
import type { LoadedRules } from "../loaded-rules.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Arrival, Crew } from "./crew.ts";
import { alertsOf, tell, tellDeath } from "./tell.ts";
import type { Loaded, PostedRules } from "./thread-messages.ts";
import type { WorkerAlert, WorkerAlerts, WorkerRules, WorkersStats } from "./worker-alerts.ts";
import type { WorkersEvents } from "./workers-events.ts";

/** What {@link SpreadAlerts} is made of. */
export interface SpreadAlertsParts {
  readonly spread: SandboxSpread;
  readonly crew: Crew;
  readonly arrivals: Arrivals<Arrival>;
  readonly loaded: Loaded;
  readonly readRules: (options?: WorkerRules) => Promise<PostedRules>;
  readonly onWarning: (text: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** The one stream of all workers, and its end. */
export class SpreadAlerts extends EventEmitter<WorkersEvents> implements WorkerAlerts {
  readonly path: string;
  readonly #parts: SpreadAlertsParts;
  readonly #consumer: SoleConsumer;
  #loaded: LoadedRules;
  #left = false;
  #closing: Promise<void> | undefined;

  constructor(parts: SpreadAlertsParts) {
    super();
    this.#parts = parts;
    this.path = parts.spread.path;
    this.#consumer = soleConsumer(this.path, () => this.#leave());
    this.#loaded = this.#note(parts.loaded);
    parts.spread.on("error", (error) => this.emit("error", error, undefined));
    parts.signal?.addEventListener("abort", this.#abort);
  }

  get loaded(): LoadedRules {
    return this.#loaded;
  }

  batches(): Batches<WorkerAlert> {
    return { [Symbol.asyncIterator]: () => this.#consumer.open(() => this.#read()) };
  }

  [Symbol.asyncIterator](): AsyncIterator<WorkerAlert> {
    return this.#consumer.open(() => flat(this.#read()));
  }

  async stats(): Promise<WorkersStats> {
    const { crew, spread } = this.#parts;
    const { server, rules, waiting } = await crew.stats();
    const sandboxes = crew.all.flatMap((worker) => worker.sandboxes.all);
    const refused = server.refused + spread.stats().refused;
    return {
      server: { ...server, refused, sandboxes },
      rules,
      waiting,
      workers: crew.begunCount,
      died: crew.died,
    };
  }

  async replaceRules(options?: WorkerRules): Promise<void> {
    const rules = await this.#parts.readRules(options);
    const loaded = await this.#parts.crew.replace(rules);
    if (loaded !== undefined) this.#loaded = this.#note(loaded);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { spread, crew, signal } = this.#parts;
    signal?.removeEventListener("abort", this.#abort);
    crew.end();
    try {
      await spread.close();
    } finally {
      // Else they end when all that they have is read.
      if (!this.#consumer.hasCome) await crew.terminate();
    }
  }

  // What close() rejects with is told by the stream's end, and by every further close().
  readonly #abort = (): void => void this.close().catch(() => undefined);

  async *#read(): AsyncGenerator<readonly WorkerAlert[], void, undefined> {
    const { crew, arrivals } = this.#parts;
    const isOver = (): boolean => this.#left || crew.isOver;
    try {
      for (;;) {
        const arrival = await arrivals.next(isOver);
        if (arrival === undefined || this.#left) return;
        const { worker, news } = arrival;
        if (news instanceof TraceError) {
          tellDeath(this, worker, news, crew.isOver);
          continue;
        }
        for (const item of news) {
          if (item.kind === "alerts") yield alertsOf(item.alerts, worker.sandboxes);
          else tell(this, item, worker.sandboxes);
        }
        worker.acknowledge();
      }
    } finally {
      await this.#leave();
    }
  }

  /** The consumer has gone, or has all: nobody will take what is still to come. */
  async #leave(): Promise<void> {
    this.#left = true;
    this.#parts.arrivals.wake();
    try {
      await this.close();
    } finally {
      await this.#parts.crew.terminate();
    }
  }

  #note({ loaded, warnings }: Loaded): LoadedRules {
    for (const warning of warnings) this.#parts.onWarning(warning);
    return loaded;
  }
}
