import type { BenchResult, BenchRow } from "./bench-result.ts";
import { type ReceivingTask, receiveInProcess } from "./receiving-process.ts";
import { readRecording } from "./recordings.ts";
import { type Receiver, takeTurns } from "./take-turns.ts";
import { prepareTransport, type Received, type TransportLoad } from "./transport-load.ts";

export const name = "transport";

/** A package manager at work: files opened, read and written, programs started. */
const recording = "dpkg_install.2024";
const messages = 2_000_000;
const rounds = 5;
/** Of the way into JavaScript, as a ratio to the bare receiver. */
const reach = { atLeast: 0.95 };

/** What the receiving process is to do: see transport-receiver.ts. */
export interface TransportTask extends ReceivingTask {
  readonly through: "addon" | "server";
}

/**
 * Messages a second through the addon into a loop that only counts them, and through the whole server, decoded, with the CPU
 * that each takes; all as ratios to a bare C receiver of the same packets. All are processes of their own.
 */
export async function run(): Promise<BenchResult> {
  const recorded = await readRecording(recording);
  if (recorded === undefined) throw new Error(`there is no recording ${recording}`);
  await using transport = await prepareTransport(recorded);
  const receivers: readonly Receiver[] = [
    { what: "addon", rate: { reach }, receive: (load) => receive(load, "addon") },
    { what: "server", receive: (load) => receive(load, "server") },
  ];
  const rows: BenchRow[] = [];
  for (const connections of [1, 100]) {
    const of = connections === 1 ? "1 connection" : `${connections} connections`;
    rows.push(...(await takeTurns(of, transport, receivers, { rounds, messages, connections })));
  }
  return { rows };
}

function receive(load: TransportLoad, through: TransportTask["through"]): Promise<Received> {
  return receiveInProcess("./transport-receiver.js", load, { through });
}
