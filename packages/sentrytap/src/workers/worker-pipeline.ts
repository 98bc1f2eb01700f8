import { type Containers, createContainers } from "@sentrytap/containers";
import type { Batches, HoldStats } from "@sentrytap/core";
import { type Alert, createLiveRules, type LiveRules } from "@sentrytap/rules";
import { createSentryServer, type Sandbox, type SentryServer } from "@sentrytap/server";
import { createTracker } from "@sentrytap/state";
import type { StreamItem, TracedSandbox } from "@sentrytap/wire";
import { type Alerts, detect } from "../detect.ts";
import { countRules } from "../loaded-rules.ts";
import { loadSources } from "../rule-files.ts";
import { waitForAll } from "../wait-for.ts";
import { Departures } from "./departures.ts";
import { Outbox } from "./outbox.ts";
import { postError } from "./posted-error.ts";
import type {
  Command,
  PostedAlert,
  PostedRules,
  Report,
  SandboxNow,
  WorkerFigures,
  WorkerSetup,
} from "./thread-messages.ts";

/** What a worker has once it has begun. */
interface Running {
  readonly server: SentryServer;
  readonly rules: LiveRules;
  readonly alerts: Alerts;
  /** Figures of the messages that had to wait. */
  readonly waiting: () => HoldStats;
}

/** A worker's side: the pipeline of its share of the sandboxes, and what it tells of it. */
export class WorkerPipeline {
  readonly #setup: WorkerSetup;
  readonly #post: (report: Report) => void;
  readonly #outbox: Outbox;
  readonly #containers: Containers | undefined;
  readonly #departures: Departures | undefined;
  readonly #tracker = createTracker();
  readonly #numbers = new WeakMap<TracedSandbox, number>();
  #sandboxes = 0;
  #running: Running | undefined;

  constructor(setup: WorkerSetup, post: (report: Report) => void) {
    this.#setup = setup;
    this.#post = post;
    this.#outbox = new Outbox(post);
    this.#containers = this.#openContainers();
    this.#departures = this.#containers && new Departures();
  }

  /** Runs until the stream of sandboxes ends. */
  async run(): Promise<void> {
    try {
      const running = await this.#begin();
      if (running !== undefined) await this.#deliver(running);
    } finally {
      await this.#containers?.close();
    }
  }

  obey(command: Command): void {
    switch (command.kind) {
      case "ack":
        this.#outbox.acknowledge(command.count);
        break;
      case "stats":
        if (this.#running === undefined) break;
        this.#post({ kind: "stats", call: command.call, stats: this.#figures(this.#running) });
        break;
      case "replace":
        this.#replace(command.call, command.rules);
        break;
    }
  }

  async #begin(): Promise<Running | undefined> {
    const { share, reading, rules: posted, matching } = this.#setup;
    try {
      const warnings: string[] = [];
      const rules = createLiveRules(this.#load(posted, warnings));
      const server = await createSentryServer({ share, ...reading });
      this.#watch(server);
      const wait = waitForAll(this.#containers === undefined ? [] : [this.#containers.ready]);
      const messages = (): Batches<StreamItem> => this.#held(server.batches());
      const source = { batches: () => this.#departures?.watch(wait(messages())) ?? messages() };
      const alerts = detect(source, { rules, matching, tracker: this.#tracker });
      this.#running = { server, rules, alerts, waiting: wait.stats };
      this.#post({ kind: "ready", loaded: countRules(rules), warnings });
      return this.#running;
    } catch (error) {
      this.#post({ kind: "failed", error: postError(error) });
      return undefined;
    }
  }

  async #deliver(running: Running): Promise<void> {
    for await (const batch of running.alerts.batches()) {
      const alerts = batch.map((alert) => this.#plain(alert));
      const size = alerts.reduce((sum, { output }) => sum + 200 + 2 * output.length, 0);
      this.#outbox.add({ kind: "alerts", alerts }, size);
      this.#outbox.flush();
      if (this.#outbox.isFull) await this.#outbox.room();
    }
    this.#departures?.end();
    this.#outbox.flush();
    this.#post({ kind: "ended", stats: this.#figures(running) });
  }

  /** Holds the stream back while the main thread has enough. */
  async *#held<T>(source: Batches<T>): AsyncGenerator<readonly T[], void, undefined> {
    for await (const batch of source) {
      yield batch;
      if (this.#outbox.isFull) await this.#outbox.room();
    }
  }

  #load({ sources, load }: PostedRules, warnings: string[]): ReturnType<typeof loadSources> {
    return loadSources(sources, {
      ...load,
      ...(this.#containers && { containers: this.#containers.lookup }),
      onWarning: (text) => warnings.push(text),
    });
  }

  #replace(call: number, posted: PostedRules): void {
    try {
      const warnings: string[] = [];
      const next = this.#load(posted, warnings);
      this.#running?.rules.replace(next);
      this.#post({ kind: "replaced", call, outcome: { loaded: countRules(next), warnings } });
    } catch (error) {
      this.#post({ kind: "replaced", call, outcome: { error: postError(error) } });
    }
  }

  #watch(server: SentryServer): void {
    const outbox = this.#outbox;
    server.on("connect", (sandbox) => {
      const { id, arch, peer, version, connectedAt } = sandbox;
      const number = ++this.#sandboxes;
      this.#numbers.set(sandbox, number);
      outbox.add({ kind: "connect", sandbox: { number, id, arch, peer, version, connectedAt } });
    });
    if (this.#containers !== undefined) server.on("connect", this.#containers.connected);
    server.on("disconnect", (sandbox, disconnection) => {
      const tell = (): void => {
        const tables = this.#tracker.stats(sandbox);
        outbox.add({ kind: "disconnect", now: this.#now(sandbox), disconnection, tables });
      };
      if (this.#departures === undefined) tell();
      else this.#departures.gone(sandbox, tell);
    });
    server.on("drop", (sandbox, { dropped }) =>
      outbox.add({ kind: "drop", now: this.#now(sandbox), dropped }),
    );
    server.on("malformed", (sandbox, { count, error }) =>
      outbox.add({ kind: "malformed", now: this.#now(sandbox), count, error: postError(error) }),
    );
    server.on("error", (error, peer) => outbox.add({ kind: "error", error: postError(error), peer }));
  }

  #openContainers(): Containers | undefined {
    const { containers } = this.#setup;
    if (containers === undefined) return undefined;
    return createContainers({
      sources: containers,
      onTrouble: ({ source, failures, error }) =>
        this.#outbox.add({ kind: "trouble", source, failures, error: postError(error) }),
    });
  }

  #figures({ server, rules, waiting }: Running): WorkerFigures {
    const { sandboxes, ...figures } = server.stats();
    const now = sandboxes.map((sandbox) => this.#now(sandbox));
    const stats = rules.stats();
    const plain = [...stats.rules].map(
      ([name, rule]) => [name, { ...rule, ...failureOf(rule.lastFailure) }] as const,
    );
    return {
      server: figures,
      sandboxes: now,
      rules: { ...stats, rules: new Map(plain) },
      waiting: waiting(),
    };
  }

  #now(sandbox: Sandbox): SandboxNow {
    const { id, identified, counters } = sandbox;
    return { number: this.#numberOf(sandbox), id, identified, counters: { ...counters } };
  }

  #plain(alert: Alert): PostedAlert {
    const { rule, priority, source, tags, time, timeNs, output, outputFields, sandbox } = alert;
    const plain = { rule, priority, source, tags, time, timeNs, output, outputFields };
    return { ...plain, sandbox: this.#numberOf(sandbox), sandboxId: sandbox.id };
  }

  /** Every sandbox has connected before it does anything. */
  #numberOf(sandbox: TracedSandbox): number {
    return this.#numbers.get(sandbox) ?? 0;
  }
}

/** What was thrown can be anything, and maybe nothing that can be cloned. */
function failureOf(lastFailure: unknown): { readonly lastFailure?: string } {
  return lastFailure === undefined ? {} : { lastFailure: String(lastFailure) };
}
