import { type Event, normalize } from "@sentrytap/events";
import { createTracker } from "@sentrytap/state";
import { decodeFrame, isMessage, type Message, type TracedSandbox } from "@sentrytap/wire";
import { type BenchResult, type BenchRow, type Curve, median, ratios } from "./bench-result.ts";
import { cpuUsSince } from "./cpu.ts";
import { type Recorded, readRecording } from "./recordings.ts";
import { inTurns } from "./turns.ts";

export const name = "sandboxes-in-memory";

const recording = "dpkg_install_falco.2024";
const counts = [1, 10, 100, 500];
/** How many messages of one sandbox come before those of the next. */
const runs = [1, 8, 32];
const rounds = 5;
const messages = 100_000;
/** As the server hands them on. */
const batchSize = 512;
const most = 1.2;

/**
 * What decoding, events and state cost by how many sandboxes the messages are of, in memory. All send the same recording again
 * and again, each with the id of its own container, and each is somewhere else in it.
 */
export async function run(): Promise<BenchResult> {
  const recorded = await readRecording(recording);
  if (recorded === undefined) return { rows: [] };
  const rows: BenchRow[] = [];
  const curves: Curve[] = [];
  for (const run of runs) {
    const crowds = counts.map((count) => new Crowd(recorded, count, run));
    const times = await inTurns(rounds, crowds, (crowd) => crowd.nsOfMessage());
    const points = counts.map((x, index) => ({ x, y: median(ratios(times[index] ?? [], times[0] ?? [])) }));
    rows.push(...points.flatMap(({ x, y }, index) => rowsOf(run, x, median(times[index] ?? []), y)));
    curves.push({
      name: "Cost by sandboxes in memory",
      line: turnsOf(run),
      xLabel: "sandboxes",
      yLabel: "CPU of a message, of one sandbox",
      points,
      reach: most,
    });
  }
  return { rows, curves };
}

function turnsOf(run: number): string {
  return `${run} of each in turn`;
}

function rowsOf(run: number, count: number, ns: number, ratio: number): readonly BenchRow[] {
  const what = `${count} in memory, ${turnsOf(run)}`;
  const reach = count === 500 ? { reach: { atMost: most } } : {};
  return [
    { what: `${what}: CPU of a message`, value: ns, unit: "ns" },
    { what: `${what}: CPU, of one sandbox`, value: ratio, unit: "x", ...reach },
  ];
}

/** Some sandboxes, whose messages come in turns. */
class Crowd {
  readonly #packets: Recorded;
  readonly #run: number;
  /** Where in each packet the container's id lies; 0 where it does not. */
  readonly #idAt: Int32Array;
  readonly #sandboxes: readonly TracedSandbox[];
  readonly #ids: readonly Uint8Array[];
  /** The packet that comes next, of each. */
  readonly #next: Int32Array;
  readonly #tracker = createTracker();
  readonly #apply = (event: Event): void => this.#tracker.apply(event, drop);
  #turn = 0;

  constructor(recorded: Recorded, count: number, run: number) {
    this.#packets = recorded;
    this.#run = run;
    const id = idOf(recorded);
    this.#idAt = Int32Array.from(recorded, (packet) => Math.max(Buffer.from(packet).indexOf(id), 0));
    const all = Array.from({ length: count }, (_, i) => i);
    this.#sandboxes = all.map((i) => ({ id: `${i}`, arch: "x64" }));
    this.#ids = all.map((i) => Buffer.from(i.toString(16).padStart(id.length, "0")));
    this.#next = Int32Array.from(all, (i) => Math.floor((i * recorded.length) / count));
    const bytes = new Uint8Array(Math.max(...recorded.map(({ length }) => length)));
    for (const i of all) {
      for (let at = 0; at < (this.#next[i] ?? 0); at++) {
        this.#track([this.#decode(i, bytes, 0, this.#write(bytes, 0, i, at))]);
      }
    }
  }

  /** CPU of the next messages, garbage collection included. */
  nsOfMessage(): number {
    const { bytes, ends, owners } = this.#arrived();
    const begin = process.cpuUsage();
    for (let from = 0; from < messages; from += batchSize) {
      const batch: (Message | undefined)[] = [];
      const to = Math.min(from + batchSize, messages);
      for (let i = from; i < to; i++) {
        batch.push(this.#decode(owners[i] as number, bytes, ends[i] as number, ends[i + 1] as number)); // in bounds
      }
      this.#track(batch);
    }
    return (cpuUsSince(begin) * 1000) / messages;
  }

  /** The next messages, one after the other, as a reader thread hands them on. */
  #arrived(): {
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly ends: Int32Array;
    readonly owners: Int32Array;
  } {
    const ends = new Int32Array(messages + 1);
    const owners = new Int32Array(messages);
    const bytes = new Uint8Array(messages * 1024);
    for (let i = 0; i < messages; i++) {
      const owner = Math.floor(this.#turn++ / this.#run) % this.#sandboxes.length;
      const at = this.#next[owner] ?? 0;
      const start = ends[i] as number; // in bounds
      ends[i + 1] = start + this.#write(bytes, start, owner, at);
      owners[i] = owner;
      this.#next[owner] = (at + 1) % this.#packets.length;
    }
    return { bytes, ends, owners };
  }

  /** Writes packet `at` as `owner` sends it; its size. */
  #write(bytes: Uint8Array<ArrayBuffer>, start: number, owner: number, at: number): number {
    const packet = this.#packets[at] ?? new Uint8Array(0);
    const idAt = this.#idAt[at] ?? 0;
    bytes.set(packet, start);
    if (idAt > 0) bytes.set(this.#ids[owner] ?? [], start + idAt);
    return packet.length;
  }

  #decode(owner: number, bytes: Uint8Array<ArrayBuffer>, start: number, end: number): Message | undefined {
    const message = decodeFrame(this.#sandboxes[owner] as TracedSandbox, bytes, start, end); // one of them
    return isMessage(message) ? message : undefined;
  }

  #track(batch: readonly (Message | undefined)[]): void {
    for (const message of batch) if (message !== undefined) normalize(message, this.#apply);
  }
}

function drop(): void {}

/** The id of the container that `recorded` is of. */
function idOf(recorded: Recorded): string {
  const sandbox: TracedSandbox = { id: "recording", arch: "x64" };
  for (const packet of recorded) {
    const message = decodeFrame(sandbox, packet);
    const id = isMessage(message) ? message.contextData?.containerId : undefined;
    if (id) return id;
  }
  throw new Error(`the recording ${recording} names no container`);
}
