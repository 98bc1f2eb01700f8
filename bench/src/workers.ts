import type { BenchResult } from "./bench-result.ts";
import { receiveWithPipeline, receiveWithWorkers } from "./pipeline-process.ts";
import { readRecording } from "./recordings.ts";
import { benchRules } from "./rule-files.ts";
import { type Receiver, takeTurns } from "./take-turns.ts";
import { prepareTransport } from "./transport-load.ts";

export const name = "workers";

const recording = "dpkg_install_falco.2024";
const rounds = 3;
const messages = 6_000_000;
/** Of these. Every worker compiles for itself. */
const warmUp = 2_000_000;
/** A sandbox is one worker's: only several of them have more than one at work. */
const connections = 20;
const told = { reach: {} };

/** The pipeline in one thread and in two workers, held against the bare C receiver, as `pipeline` does; but of many sandboxes. */
export async function run(): Promise<BenchResult> {
  const rules = benchRules();
  const packets = await readRecording(recording);
  if (packets === undefined) return { rows: [] };
  await using transport = await prepareTransport(packets);
  const receivers: readonly Receiver[] = [
    {
      what: "pipeline",
      rate: told,
      cpu: told,
      receive: (load) => receiveWithPipeline(load, { rules, warmUp }),
    },
    {
      what: "2 workers",
      rate: told,
      cpu: told,
      receive: (load) => receiveWithWorkers(load, { rules, warmUp, workers: 2 }),
    },
  ];
  const of = `${recording}, ${connections} sandboxes`;
  return { rows: await takeTurns(of, transport, receivers, { rounds, messages, connections }) };
}
