import { type Containers, createContainers } from "@sentrytap/containers";
import type { Batches } from "@sentrytap/core";
import { createLiveRules } from "@sentrytap/rules";
import { createSentryServer } from "@sentrytap/server";
import { createTracker } from "@sentrytap/state";
import type { StreamItem } from "@sentrytap/wire";
import { type Alerts, detect } from "../detect.ts";
import { waitForAll } from "../wait-for.ts";
import { Departures } from "./departures.ts";
import { loadPosted } from "./load-posted.ts";
import { Outbox } from "./outbox.ts";
import { type Counted, postFigures } from "./post-figures.ts";
import { postServer } from "./post-server.ts";
import { postError } from "./posted-error.ts";
import { PostedSandboxes } from "./posted-sandboxes.ts";
import type { Command, PostedRules, Report, WorkerSetup } from "./thread-messages.ts";

/** What a worker has once it has begun. */
interface Running extends Counted {
  readonly alerts: Alerts;
}

/** A worker's side: the pipeline of its share of the sandboxes. */
export class WorkerPipeline {
  readonly #setup: WorkerSetup;
  readonly #post: (report: Report) => void;
  readonly #outbox: Outbox;
  readonly #sandboxes = new PostedSandboxes();
  readonly #containers: Containers | undefined;
  readonly #departures: Departures | undefined;
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
      this.#running = await this.#begin();
      if (this.#running !== undefined) await this.#deliver(this.#running);
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
        this.#post({ kind: "stats", call: command.call, stats: postFigures(this.#running, this.#sandboxes) });
        break;
      case "replace":
        this.#replace(command.call, command.rules);
        break;
    }
  }

  async #begin(): Promise<Running | undefined> {
    const { share, reading, rules: posted, matching } = this.#setup;
    try {
      const { rules: loaded, told } = loadPosted(posted, this.#containers?.lookup);
      const rules = createLiveRules(loaded);
      const server = await createSentryServer({ share, ...reading });
      const tracker = createTracker();
      postServer(server, {
        outbox: this.#outbox,
        sandboxes: this.#sandboxes,
        tracker,
        departures: this.#departures,
      });
      if (this.#containers !== undefined) server.on("connect", this.#containers.connected);
      const wait = waitForAll(this.#containers === undefined ? [] : [this.#containers.ready]);
      const messages = (): Batches<StreamItem> => this.#held(server.batches());
      const source = { batches: () => this.#departures?.watch(wait(messages())) ?? messages() };
      const alerts = detect(source, { rules, matching, tracker });
      this.#post({ kind: "ready", ...told });
      return { server, rules, alerts, waiting: wait.stats };
    } catch (error) {
      this.#post({ kind: "failed", error: postError(error) });
      return undefined;
    }
  }

  async #deliver(running: Running): Promise<void> {
    for await (const batch of running.alerts.batches()) {
      const alerts = batch.map((alert) => this.#sandboxes.alert(alert));
      const size = alerts.reduce((sum, { output }) => sum + 200 + 2 * output.length, 0);
      this.#outbox.add({ kind: "alerts", alerts }, size);
      this.#outbox.flush();
      if (this.#outbox.isFull) await this.#outbox.room();
    }
    this.#departures?.end();
    this.#outbox.flush();
    this.#post({ kind: "ended", stats: postFigures(running, this.#sandboxes) });
  }

  /** Holds the stream back while the main thread has enough. */
  async *#held<T>(source: Batches<T>): AsyncGenerator<readonly T[], void, undefined> {
    for await (const batch of source) {
      yield batch;
      if (this.#outbox.isFull) await this.#outbox.room();
    }
  }

  #replace(call: number, posted: PostedRules): void {
    try {
      const { rules, told } = loadPosted(posted, this.#containers?.lookup);
      this.#running?.rules.replace(rules);
      this.#post({ kind: "replaced", call, outcome: told });
    } catch (error) {
      this.#post({ kind: "replaced", call, outcome: { error: postError(error) } });
    }
  }

  #openContainers(): Containers | undefined {
    const { containers: sources } = this.#setup;
    if (sources === undefined) return undefined;
    return createContainers({
      sources,
      onTrouble: ({ source, failures, error }) =>
        this.#outbox.add({ kind: "trouble", source, failures, error: postError(error) }),
    });
  }
}
