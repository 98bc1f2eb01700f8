/// <reference lib="esnext.disposable" preserve="true" />

import type { Batches, HoldStats } from "@sentrytap/core";
import type { LoadOptions, Matching, PlainAlert, RuleSetStats } from "@sentrytap/rules";
import type { ReadingOptions, Sandbox, SentryServerStats, SocketOptions } from "@sentrytap/server";
import type { EventEmitter } from "eventemitter3";
import type { LoadedRules } from "../loaded-rules.ts";
import type { WorkersEvents } from "./workers-events.ts";

/** Rules for workers: files, which every worker loads for itself. */
export interface WorkerRules extends Omit<LoadOptions, "fields" | "containers"> {
  /** Files, or directories of such, as `loadRuleFiles` takes them. Default: the starter rules of this package. */
  readonly rules?: readonly string[];
}

/** Options of {@link detectInWorkers}. */
export interface DetectInWorkersOptions extends SocketOptions, Omit<ReadingOptions, "allow">, WorkerRules {
  /** How many threads: 1 to 64. More than the machine has cores are of no use. */
  readonly workers: number;
  /** As in `detect`. Default `first`. */
  readonly matching?: Matching;
  /**
   * Who tells of containers, asked by each worker for its own sandboxes: `auto` for the daemons of this machine, or their
   * sockets. Default: nobody.
   */
  readonly containers?: "auto" | readonly string[];
  /** As in `loadRuleFiles`. Default: nobody. */
  readonly onWarning?: (text: string) => void;
}

/** An alert from a worker: the plain part of an `Alert`, and the sandbox that it happened in. The event stays in the worker. */
export interface WorkerAlert extends PlainAlert {
  /** One object for each sandbox; its counters are as they were last told of. */
  readonly sandbox: Sandbox;
}

/** Figures of all workers, those that have died with what they told last. */
export interface WorkersStats {
  /** Those of their servers, added up. */
  readonly server: SentryServerStats;
  /** Those of their rules, added up. */
  readonly rules: RuleSetStats;
  /** Those of messages that waited for what is known of containers, added up. */
  readonly waiting: HoldStats;
  /** Workers that take sandboxes now. */
  readonly workers: number;
  /** Workers that have died. */
  readonly died: number;
}

/**
 * Alerts from workers, one at a time or in batches: each sandbox's in order. One stream, with one consumer: what it does not ask
 * for stays in the sockets. Leaving the loop ends it all.
 */
export interface WorkerAlerts
  extends AsyncIterable<WorkerAlert>,
    AsyncDisposable,
    Pick<EventEmitter<WorkersEvents>, "on" | "once" | "off"> {
  /** Where it listens. */
  readonly path: string;
  /** The rules that were loaded last. */
  readonly loaded: LoadedRules;
  /** @throws {TraceError} `ERR_STREAM_CONSUMED` where the stream has its consumer already. */
  batches(): Batches<WorkerAlert>;
  /** The figures now, for which every worker is asked. */
  stats(): Promise<WorkersStats>;
  /**
   * Reads rules again and puts them in force in every worker, each between two events; the streams go on. Without options they
   * are those of the start, with options these in place of them.
   *
   * @throws {TraceError} `ERR_RULES` where they do not load: then those that were in force stay in force, in all workers.
   */
  replaceRules(options?: WorkerRules): Promise<void>;
  /**
   * Stops listening and disconnects everybody. What the sockets still hold is judged and delivered first, after which the stream
   * ends: await your loop to have all of it. Where nobody reads the stream it is lost. Closing again is fine.
   */
  close(): Promise<void>;
}
