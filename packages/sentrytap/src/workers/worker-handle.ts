import { Worker } from "node:worker_threads";
import { TraceError } from "@sentrytap/core";
import { readError } from "./posted-error.ts";
import type {
  Command,
  DeliveryItem,
  Loaded,
  PostedRules,
  Replacement,
  Report,
  WorkerFigures,
  WorkerSetup,
} from "./thread-messages.ts";
import { WatchedSandboxes } from "./watched-sandboxes.ts";

// From src as from dist: what runs in a worker is always the built file.
const program = new URL("../../dist/workers/worker-program.js", import.meta.url);

/** Of `node --input-type=module -e`, with which no file can be run. Whatever else the process has workers have anyway. */
const isInline = process.execArgv.some((flag) => flag.startsWith("--input-type"));

/** Who hears of a worker. */
export interface WorkerListener {
  /** It takes sandboxes from now on. */
  begun(worker: WorkerHandle, loaded: Loaded): void;
  delivered(worker: WorkerHandle, items: readonly DeliveryItem[]): void;
  /** It has ended: as it should, or, with an error, on its own or because it could not begin. */
  ended(worker: WorkerHandle, error: Error | undefined): void;
}

type Answer = WorkerFigures | Replacement | undefined;

/** The main thread's side of one worker. */
export class WorkerHandle {
  /** The number of its share. */
  readonly number: number;
  readonly sandboxes: WatchedSandboxes = new WatchedSandboxes();
  /** The rules that it was started with. */
  readonly rules: PostedRules;
  /** Its figures, as it told them last. */
  figures: WorkerFigures | undefined;
  readonly #worker: Worker;
  readonly #listener: WorkerListener;
  readonly #exited: Promise<void>;
  readonly #calls = new Map<number, (answer: Answer) => void>();
  #lastCall = 0;
  /** Why it ends; `null` where it ends as it should. */
  #error: Error | null | undefined;
  #over = false;

  constructor(setup: WorkerSetup, listener: WorkerListener) {
    this.number = setup.share.number;
    this.rules = setup.rules;
    this.#listener = listener;
    const name = `sentrytap ${this.number}`;
    this.#worker = new Worker(program, { workerData: setup, name, ...(isInline && { execArgv: [] }) });
    this.#worker.on("message", (report: Report) => this.#hear(report));
    this.#worker.on("error", (error) => {
      this.#error ??= workerError(this.number, String(error), error);
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.once("exit", (code) => {
        this.#exit(code);
        resolve();
      });
    });
  }

  /** One more delivery is dealt with. */
  acknowledge(): void {
    this.#send({ kind: "ack", count: 1 });
  }

  /** Its figures now; as it told them last where it has ended. */
  async stats(): Promise<WorkerFigures | undefined> {
    const answer = await this.#call((call) => ({ kind: "stats", call }));
    if (answer !== undefined && "server" in answer) {
      this.figures = answer;
      this.sandboxes.update(answer.sandboxes);
    }
    return this.figures;
  }

  /**
   * Puts rules in force; `undefined` where the worker has ended.
   *
   * @throws {TraceError} `ERR_RULES` where they do not load.
   */
  async replace(rules: PostedRules): Promise<Loaded | undefined> {
    const answer = await this.#call((call) => ({ kind: "replace", call, rules }));
    if (answer === undefined || "server" in answer) return undefined;
    if ("error" in answer) throw readError(answer.error);
    return answer;
  }

  /** Ends it at once, with what it has not delivered; with an error it has died of that. */
  async terminate(error: Error | null = null): Promise<void> {
    this.#error ??= error;
    void this.#worker.terminate();
    await this.#exited;
  }

  #hear(report: Report): void {
    switch (report.kind) {
      case "ready":
        this.#listener.begun(this, report);
        break;
      case "failed":
        this.#error = readError(report.error);
        break;
      case "delivery":
        this.#listener.delivered(this, report.items);
        break;
      case "stats":
        this.#answer(report.call, report.stats);
        break;
      case "replaced":
        this.#answer(report.call, report.outcome);
        break;
      case "ended":
        this.#error = null;
        this.figures = report.stats;
        break;
    }
  }

  #exit(code: number): void {
    this.#over = true;
    const error = this.#error === undefined ? workerError(this.number, `exit code ${code}`) : this.#error;
    this.#listener.ended(this, error ?? undefined);
    for (const answer of this.#calls.values()) answer(undefined);
    this.#calls.clear();
  }

  #answer(call: number, answer: Answer): void {
    this.#calls.get(call)?.(answer);
    this.#calls.delete(call);
  }

  #call(command: (call: number) => Command): Promise<Answer> {
    return new Promise((resolve) => {
      if (this.#over) {
        resolve(undefined);
        return;
      }
      const call = ++this.#lastCall;
      this.#calls.set(call, resolve);
      this.#send(command(call));
    });
  }

  #send(command: Command): void {
    if (!this.#over) this.#worker.postMessage(command);
  }
}

function workerError(number: number, why: string, cause?: unknown): TraceError {
  return new TraceError("ERR_WORKER", `worker ${number} died: ${why}`, { cause });
}
