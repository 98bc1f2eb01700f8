import { fileURLToPath } from "node:url";
import { startChild } from "./child.ts";
import type { Received, TransportLoad } from "./transport-load.ts";

/** What the process of the pipeline is to do: see pipeline-receiver.ts. */
export interface PipelineOptions {
  /** Files of rules. */
  readonly rules: readonly string[];
  /** What is watched, beside the figures that every report has. */
  readonly watch?: Watch;
  /** Keeps JavaScript busy for 200 ms of every second. */
  readonly stalls?: boolean;
  /** In so many worker threads; nothing else can be asked for then. Default: in the main thread. */
  readonly workers?: number;
  /** After so many messages CPU begins to count: what is compiled is compiled by then. Default: with the first. */
  readonly warmUp?: number;
}

/** All that the process is told. */
export interface PipelineTask extends PipelineOptions {
  /** Where to listen. */
  readonly path: string;
  readonly connections: number;
}

/**
 * `waits`: how long each sandbox's messages, which are stamped, wait for their judgement. `alerts`: how long alerts take from
 * the sending of their message. `memory`: what is in use after 5, 25 and 50 million messages.
 */
export type Watch = "waits" | "alerts" | "memory";

/** The whole pipeline has taken a load. */
export interface PipelineReport extends Received, Seen {
  readonly messages: number;
  /** Messages that `cpuUs` is of. */
  readonly counted: number;
  readonly alerts: number;
  /** Bytes of memory that the process has at the end. */
  readonly rss: number;
}

/** As it is printed: JSON has no bigint. */
export type PrintedReport = Omit<PipelineReport, "end"> & { readonly end: string };

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
export async function receiveWithPipeline(
  load: TransportLoad,
  options: PipelineOptions,
): Promise<PipelineReport> {
  const { path, connections } = load;
  const flags = options.watch === "memory" ? ["--expose-gc"] : [];
  const task: PipelineTask = { ...options, path, connections };
  const program = options.workers === undefined ? "./pipeline-receiver.js" : "./workers-receiver.js";
  const file = fileURLToPath(new URL(program, import.meta.url));
  const receiving = startChild(process.execPath, [...flags, file, JSON.stringify(task)]);
  await receiving.ready;
  load.start();
  const [printed, { dropped }] = await Promise.all([receiving.result, load.sent]);
  const report: PrintedReport = JSON.parse(printed);
  if (report.messages + dropped !== load.messages) {
    throw new Error(`of ${load.messages} messages ${report.messages} came and ${dropped} were dropped`);
  }
  return { ...report, end: BigInt(report.end) };
}
