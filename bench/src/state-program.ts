import { normalize } from "@sentrytap/events";
import { createTracker } from "@sentrytap/state";
import { decodeFrame, isMessage, type TracedSandbox } from "@sentrytap/wire";
import { median, ratios } from "./bench-result.ts";
import { cpuUsSince } from "./cpu.ts";
import {
  busyFrames,
  descriptorFrames,
  type Frame,
  processFrames,
  type Size,
  threadFrames,
} from "./made-up-sandbox.ts";
import { joined, type Packets } from "./packets.ts";
import { inTurns } from "./turns.ts";

// What the state of large sandboxes costs, in a process of its own: run with --expose-gc. Prints a StateFigures as JSON.

/** What was measured of sandboxes of up to 100,000 threads. */
export interface StateFigures {
  /** Bytes of the heap, in the largest. */
  readonly bytesPerProcess: number;
  readonly bytesPerThread: number;
  readonly bytesPerDescriptor: number;
  readonly points: readonly StatePoint[];
}

/** What an event takes, decoding included, in a sandbox of so many threads. */
export interface StatePoint {
  readonly threads: number;
  /** Nanoseconds of CPU where all threads take turns at random; and in times what it is in the smallest sandbox. */
  readonly turnsNs: number;
  readonly turnsRatio: number;
  /** The same where a hundred of the threads do, and the others sleep. */
  readonly fewNs: number;
  readonly fewRatio: number;
}

/** In ten processes for every hundred threads, with ten files open in each. */
const sizes = [100, 1_000, 10_000, 100_000].map(
  (threads): Size => ({ threads, processes: threads / 10, descriptors: 10 }),
);
const large: Size = { threads: 100_000, processes: 10_000, descriptors: 10 };
const few = 100;
const calls = 20_000;
const rounds = 9;

const collect: unknown = Reflect.get(globalThis, "gc");
if (typeof collect !== "function") throw new Error("run it with --expose-gc");

const tracker = createTracker({ maxThreads: 2 * large.threads, maxMemory: 2 ** 30 });
let events = 0;

function take(sandbox: TracedSandbox, bytes: Uint8Array<ArrayBuffer>, start: number, end: number): void {
  const message = decodeFrame(sandbox, bytes, start, end);
  if (!isMessage(message)) throw new Error("a frame does not decode");
  normalize(message, (event) => tracker.apply(event, () => events++));
}

function feed(sandbox: TracedSandbox, frames: Iterable<Frame>): void {
  for (const frame of frames) take(sandbox, frame, 0, frame.length);
}

/** Bytes in use, with all garbage collected. */
function heap(): number {
  for (let i = 0; i < 3; i++) (collect as () => void)(); // checked above
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function grown(sandbox: TracedSandbox, frames: Iterable<Frame>): number {
  const before = heap();
  feed(sandbox, frames);
  return heap() - before;
}

/** Of the CPU, garbage collection included. */
function nsPerEvent(sandbox: TracedSandbox, { bytes, starts, count }: Packets): number {
  events = 0;
  const begin = process.cpuUsage();
  for (let i = 0; i < count; i++) take(sandbox, bytes, starts[i] as number, starts[i + 1] as number); // in bounds
  return (cpuUsSince(begin) * 1000) / events;
}

/** A sandbox in which `size` of everything lives, and what its threads do. */
interface Prepared {
  readonly size: Size;
  readonly sandbox: TracedSandbox;
  readonly turns: Packets;
  readonly few: Packets;
}

function prepare(size: Size, sandbox: TracedSandbox): Prepared {
  const tids = Array.from({ length: size.threads }, (_, i) => i + 1);
  const someTids = tids.filter((tid) => tid % (size.threads / few) === 0);
  return {
    size,
    sandbox,
    turns: joined([...busyFrames(size, tids, calls)]),
    few: joined([...busyFrames(size, someTids, calls)]),
  };
}

const inLarge: TracedSandbox = { id: "large", arch: "x64" };
const others = sizes.filter(({ threads }) => threads < large.threads);
const inOthers = others.map((size) => {
  const sandbox: TracedSandbox = { id: `of ${size.threads}`, arch: "x64" };
  for (const frames of [processFrames, threadFrames, descriptorFrames]) feed(sandbox, frames(size));
  return prepare(size, sandbox);
});
const bytes = {
  bytesPerProcess: grown(inLarge, processFrames(large)) / large.processes,
  bytesPerThread: grown(inLarge, threadFrames(large)) / (large.threads - large.processes),
  bytesPerDescriptor: grown(inLarge, descriptorFrames(large)) / (large.processes * large.descriptors),
};

const prepared = [...inOthers, prepare(large, inLarge)];
const turnsNs = await inTurns(rounds, prepared, ({ sandbox, turns }) => nsPerEvent(sandbox, turns));
const fewNs = await inTurns(rounds, prepared, ({ sandbox, few }) => nsPerEvent(sandbox, few));
const stats = tracker.stats(inLarge);
if (stats?.threads !== large.threads || stats.evictedThreads > 0 || stats.forgotten > 0) {
  throw new Error(`the tables hold something else: ${JSON.stringify(stats)}`);
}

/** The median of what the sandbox `index` came to, and of that in times the smallest sandbox's. */
function figuresOf(times: typeof turnsNs, index: number): readonly [ns: number, ratio: number] {
  const [smallest = []] = times;
  const own = times[index] ?? [];
  return [median(own), median(ratios(own, smallest))];
}

const points = prepared.map(({ size: { threads } }, index): StatePoint => {
  const [turns, turnsRatio] = figuresOf(turnsNs, index);
  const [few, fewRatio] = figuresOf(fewNs, index);
  return { threads, turnsNs: turns, turnsRatio, fewNs: few, fewRatio };
});
const figures: StateFigures = { ...bytes, points };
console.log(JSON.stringify(figures));
