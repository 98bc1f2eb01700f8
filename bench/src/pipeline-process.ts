import { type ReceivingTask, receiveInProcess } from "./receiving-process.ts";
import type { Received, TransportLoad } from "./transport-load.ts";

/** What the process of the pipeline is to do: see pipeline-receiver.ts. */
export interface PipelineOptions {
  /** Files of rules. */
  readonly rules: readonly string[];
  /** What is watched, beside the figures that every report has. */
  readonly watch?: Watch;
  /** Keeps JavaScript busy for 200 ms of every second. */
  readonly stalls?: boolean;
  /** After so many messages counting begins: what is compiled is compiled by then. Default: with the first. */
  readonly warmUp?: number;
}

/** All that the process is told. */
export interface PipelineTask extends PipelineOptions, ReceivingTask {}

/**
 * `waits`: how long each sandbox's messages, which are stamped, wait for their judgement. `alerts`: how long alerts take from
 * the sending of their message. `memory`: what is in use after every 5 million messages.
 */
export type Watch = "waits" | "alerts" | "memory";

/** The whole pipeline has taken a load. */
export interface PipelineReport extends Received, Seen {
  readonly alerts: number;
}

/** What was watched. */
export interface Seen {
  readonly waits?: readonly SandboxWaits[];
  readonly alertDelay?: AlertDelay;
  readonly memory?: readonly MemorySample[];
}

/** How long a sandbox's messages waited: milliseconds from their sending to their judgement. */
export interface SandboxWaits {
  readonly messages: number;
  readonly meanMs: number;
  readonly p99Ms: number;
}

/** From the sending of a message to its alert. */
export interface AlertDelay {
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** In use after a collection of garbage. */
export interface MemorySample {
  readonly messages: number;
  readonly rss: number;
  readonly heap: number;
}

/** Lets a process with the whole pipeline take `load`. Rejects where not all came of what was not dropped. */
export function receiveWithPipeline(load: TransportLoad, options: PipelineOptions): Promise<PipelineReport> {
  const flags = options.watch === "memory" ? ["--expose-gc"] : [];
  return receiveInProcess("./pipeline-receiver.js", load, options, flags);
}

/** What the process with the pipeline in worker threads is to do: see workers-receiver.ts. */
export interface WorkersOptions extends Required<Pick<PipelineOptions, "rules" | "warmUp">> {
  readonly workers: number;
}

/** All that it is told. */
export interface WorkersTask extends WorkersOptions, ReceivingTask {}

/** As {@link receiveWithPipeline}, in worker threads. */
export function receiveWithWorkers(load: TransportLoad, options: WorkersOptions): Promise<Received> {
  return receiveInProcess("./workers-receiver.js", load, options);
}
