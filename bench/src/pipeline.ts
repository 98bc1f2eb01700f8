import type { BenchResult, BenchRow } from "./bench-result.ts";
import { receiveWithPipeline } from "./pipeline-process.ts";
import { readRecording } from "./recordings.ts";
import { benchRules } from "./rule-files.ts";
import { type Receiver, type Standard, takeTurns } from "./take-turns.ts";
import { prepareTransport } from "./transport-load.ts";

export const name = "pipeline";

const rounds = 5;
const messages = 6_000_000;
/** Of these: what is compiled at the start, which `start` measures, is compiled by then. */
const warmUp = 1_000_000;

/** A recording, what is to be reached with it, and Falco's figures: its rate and its CPU, to the bare receiver's. */
interface Measured {
  readonly recording: string;
  readonly rate: Standard;
  readonly cpu: Standard;
}

/** Reads and writes; all sorts; opens and execs. */
const all: readonly Measured[] = [
  {
    recording: "heavy_io_falco.2024",
    rate: { reach: { atLeast: 0.85 }, falco: 0.45 },
    cpu: { reach: { atMost: 1.6 }, falco: 2.4 },
  },
  {
    recording: "apt_update.2024",
    rate: { reach: { atLeast: 0.7 }, falco: 0.26 },
    cpu: { reach: { atMost: 2 }, falco: 4.3 },
  },
  {
    recording: "dpkg_install_falco.2024",
    rate: { reach: { atLeast: 0.6 }, falco: 0.21 },
    cpu: { reach: { atMost: 2.4 }, falco: 4.6 },
  },
];

/**
 * Messages a second from the socket to alerts, with all of Falco's public rules, and the CPU of a message: both as ratios to the
 * bare C receiver's of the same packets. All are processes of their own, which take turns. Of the pipeline what comes after a
 * warm-up counts, as of something that goes on for days; what the warm-up costs is told.
 */
export async function run(): Promise<BenchResult> {
  const rules = benchRules();
  const rows: BenchRow[] = [];
  for (const { recording, rate, cpu } of all) {
    const packets = await readRecording(recording);
    if (packets === undefined) continue;
    await using transport = await prepareTransport(packets);
    const pipeline: Receiver = {
      what: "pipeline",
      rate,
      cpu,
      receive: (load) => receiveWithPipeline(load, { rules, warmUp }),
    };
    rows.push(...(await takeTurns(recording, transport, [pipeline], { rounds, messages, connections: 1 })));
  }
  return { rows };
}
