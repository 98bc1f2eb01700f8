import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { normalize } from "@sentrytap/events";
import { createTracker } from "@sentrytap/state";
import { type BenchResult, type BenchRow, median, ratios } from "./bench-result.ts";
import { eachMessage } from "./each-message.ts";
import { joined, measure, type Packets } from "./packets.ts";
import { readRecording } from "./recordings.ts";
import type { StateScale } from "./state-scale.ts";
import { prepareTransport } from "./transport-load.ts";

export const name = "state";

/** Reads and writes; many programs that resolve names; a package manager. Those of the corpus where there is one. */
const recordings = ["heavy_io.2024", "apt_update.2024", "dpkg_install.2024"];
const rounds = 5;
const roundMs = 300;
const messagesToReceiver = 1_000_000;

const ways: readonly (readonly [what: string, pass: (packets: Packets) => number])[] = [
  ["decoded", passDecode],
  ["and made events", passEvents],
  ["and tracked", passTrack],
];

/**
 * Messages a second through decoding, events and state, in memory, each recording by itself, also as a ratio to a bare C
 * receiver that gets the same packets over a socket in the same rounds; and what 100,000 threads cost.
 */
export async function run(): Promise<BenchResult> {
  const rows: BenchRow[] = [];
  for (const recording of recordings) {
    const packets = await readRecording(recording);
    if (packets !== undefined) rows.push(...(await rowsOf(recording, packets)));
  }
  return { rows: [...rows, ...scaleRows()] };
}

async function rowsOf(recording: string, packets: readonly Uint8Array<ArrayBuffer>[]): Promise<BenchRow[]> {
  await using transport = await prepareTransport(packets);
  const bare: number[] = [];
  const rates = ways.map((): number[] => []);
  const all = joined(packets);
  for (let round = 0; round <= rounds; round++) {
    const load = transport.load(messagesToReceiver, 1);
    const { end } = await load.receiveBare();
    const { begin } = await load.sent;
    const bareRate = messagesToReceiver / (Number(end - begin) / 1e9);
    const measured = ways.map(([, pass]) => measure(pass, all, roundMs));
    if (round === 0) continue; // it warms up
    bare.push(bareRate);
    measured.forEach((rate, way) => {
      rates[way]?.push(rate);
    });
  }
  const rows: BenchRow[] = [row(`${recording}: bare C receiver`, bare, "messages/s")];
  ways.forEach(([what], way) => {
    const own = rates[way] ?? [];
    rows.push(row(`${recording}: ${what}`, own, "messages/s"));
    rows.push(row(`${recording}: ${what}: of the bare receiver`, ratios(own, bare), "x"));
    if (way > 0) rows.push(row(`${recording}: ${what}: of decoding`, ratios(own, rates[0] ?? []), "x"));
  });
  return rows;
}

function row(what: string, values: readonly number[], unit: string): BenchRow {
  return { what, value: median(values), unit };
}

/** In a process of its own, whose heap has nothing else. */
function scaleRows(): BenchRow[] {
  const program = fileURLToPath(new URL("./state-scale.js", import.meta.url));
  const said = execFileSync(process.execPath, ["--expose-gc", "--max-old-space-size=2048", program]);
  const scale = JSON.parse(said.toString()) as StateScale; // what it prints
  return [
    { what: "memory of a process", value: scale.bytesPerProcess, unit: "bytes" },
    { what: "memory of a further thread", value: scale.bytesPerThread, unit: "bytes" },
    { what: "memory of a descriptor", value: scale.bytesPerDescriptor, unit: "bytes" },
    { what: "event, decoded and tracked, of 100 threads", value: scale.nsPerEventSmall, unit: "ns" },
    { what: "event, decoded and tracked, of 100,000 threads", value: scale.nsPerEventLarge, unit: "ns" },
  ];
}

function passDecode(packets: Packets): number {
  let sum = 0;
  eachMessage(packets, ({ messageType }) => {
    sum += messageType;
  });
  return sum;
}

function passEvents(packets: Packets): number {
  let events = 0;
  const emit = (): void => {
    events++;
  };
  eachMessage(packets, (message) => normalize(message, emit));
  return events;
}

function passTrack(packets: Packets): number {
  const tracker = createTracker();
  let events = 0;
  const emit = (): void => {
    events++;
  };
  eachMessage(packets, (message) => normalize(message, (event) => tracker.apply(event, emit)));
  return events;
}
