import { fileURLToPath } from "node:url";
import { startChild } from "./child.ts";
import type { Received, TransportLoad } from "./transport-load.ts";

/** What every receiving process is told, as JSON. */
export interface ReceivingTask {
  /** Where to listen. */
  readonly path: string;
  readonly connections: number;
}

/**
 * Lets a process of its own take `load`: `program`, a file beside this one, which says "ready" when it listens, and prints its
 * report when all connections are over. Rejects where not all came of what was not dropped.
 */
export async function receiveInProcess<Report extends Received>(
  program: string,
  load: TransportLoad,
  options: object,
  flags: readonly string[] = [],
): Promise<Report> {
  const { path, connections } = load;
  const task: ReceivingTask = { ...options, path, connections };
  const file = fileURLToPath(new URL(program, import.meta.url));
  const receiving = startChild(process.execPath, [...flags, file, JSON.stringify(task)]);
  await receiving.ready;
  load.start();
  const [printed, { dropped }] = await Promise.all([receiving.result, load.sent]);
  const report: Report = JSON.parse(printed, (key, value) => (key === "end" ? BigInt(value) : value));
  const came = report.messages + (report.warmUp?.messages ?? 0);
  if (came + dropped !== load.messages) {
    throw new Error(`of ${load.messages} messages ${came} came and ${dropped} were dropped`);
  }
  return report;
}
