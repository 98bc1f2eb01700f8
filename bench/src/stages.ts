import { type Batches, pipe, type Stage, stage } from "@sentrytap/core";
import { type Event, events } from "@sentrytap/events";
import { type Alert, match, type RuleSet } from "@sentrytap/rules";
import { createTracker, type TrackedEvent, track } from "@sentrytap/state";
import { decodeFrame, type StreamItem, type TracedSandbox } from "@sentrytap/wire";
import { type BenchResult, type BenchRow, median, ratios } from "./bench-result.ts";
import { cpuNsOfMessage } from "./cpu.ts";
import { joined, type Packets } from "./packets.ts";
import { readRecording } from "./recordings.ts";
import { benchRules, load, readRules } from "./rule-files.ts";
import { scan } from "./scan.ts";
import { inTurns } from "./turns.ts";

export const name = "stages";

const recordings = ["heavy_io_falco.2024", "apt_update.2024", "dpkg_install_falco.2024"];
const rounds = 7;
const roundMs = 250;
/** As the server hands them on. */
const batchSize = 512;
/** What no stage is to take more than, of the time of all. */
const most = { atMost: 40 };
const told = {};

/** A part of the pipeline, from its beginning on: goes over the packets once. */
interface Way {
  /** Its last stage. */
  readonly what: string;
  pass(packets: Packets): Promise<void> | number;
}

/**
 * The pipeline without the socket: messages that a core takes in a second from frames in memory to alerts, as a ratio to a loop
 * that scans the same bytes, and the share of each stage. It is what the pipeline takes longer with the stage than without.
 */
export async function run(): Promise<BenchResult> {
  const rules = load(readRules(benchRules()));
  const rows: BenchRow[] = [];
  for (const recording of recordings) {
    const packets = await readRecording(recording);
    if (packets !== undefined) rows.push(...(await rowsOf(recording, joined(packets), rules)));
  }
  return { rows };
}

async function rowsOf(recording: string, packets: Packets, rules: RuleSet): Promise<BenchRow[]> {
  const ways = waysWith(rules);
  const times = await inTurns(rounds, ways, ({ pass }) => cpuNsOfMessage(pass, packets, roundMs));
  const [scanned = [], ...stages] = times;
  const whole = stages.at(-1) ?? [];
  return [
    {
      what: `${recording}: frames to alerts`,
      value: 1e9 / median(whole),
      unit: "messages/s a core",
      reach: told,
    },
    {
      what: `${recording}: frames to alerts, of a scan`,
      value: median(ratios(scanned, whole)),
      unit: "x",
      reach: told,
    },
    ...stages.map((own, index): BenchRow => {
      const before = stages[index - 1];
      const shares = own.map(
        (time, round) => (100 * (time - (before?.[round] ?? 0))) / (whole[round] ?? Number.NaN),
      );
      return {
        what: `${recording}: ${ways[index + 1]?.what}, of the time`,
        value: median(shares),
        unit: "%",
        reach: most,
      };
    }),
  ];
}

function waysWith(rules: RuleSet): readonly Way[] {
  // Each has tables of its own, which go on from pass to pass.
  const [stateTables, rulesTables] = [createTracker(), createTracker()];
  return [
    { what: "scan", pass: scan },
    { what: "decoding", pass: through((messages) => pipe(messages, dropped<StreamItem>())) },
    { what: "events", pass: through((messages) => pipe(messages, events(), dropped<Event>())) },
    {
      what: "state",
      pass: through((messages) => pipe(messages, events(), track(stateTables), dropped<TrackedEvent>())),
    },
    {
      what: "rules",
      pass: through((messages) =>
        pipe(messages, events(), track(rulesTables), match(rules), dropped<Alert>()),
      ),
    },
  ];
}

/** An end for items that are not to be kept. */
function dropped<Item>(): Stage<Item, never> {
  return stage<Item, never>("dropped", () => undefined);
}

/** Passes of one sandbox, which says the same again and again, as a recording that is looped over a connection. */
function through(stages: (messages: Batches<StreamItem>) => Batches<never>): Way["pass"] {
  const sandbox: TracedSandbox = { id: "bench", arch: "x64" };
  return async (packets) => {
    for await (const _ of stages(decoded(sandbox, packets)));
  };
}

async function* decoded(
  sandbox: TracedSandbox,
  { bytes, starts, count }: Packets,
): AsyncGenerator<readonly StreamItem[], void, undefined> {
  for (let next = 0; next < count; ) {
    const batch: StreamItem[] = [];
    for (const end = Math.min(next + batchSize, count); next < end; next++) {
      batch.push(decodeFrame(sandbox, bytes, starts[next] as number, starts[next + 1] as number)); // in bounds
    }
    yield batch;
  }
}
