import { normalize } from "@sentrytap/events";
import { createTracker } from "@sentrytap/state";
import { decodeFrame, isMessage, type TracedSandbox } from "@sentrytap/wire";
import { median } from "./bench-result.ts";
import {
  busyFrames,
  descriptorFrames,
  type Frame,
  processFrames,
  type Size,
  threadFrames,
} from "./made-up-sandbox.ts";

// What the state of large sandboxes costs, in a process of its own: run with --expose-gc. Prints a StateScale as JSON.

/** What was measured of a sandbox of 100,000 threads, and of a small one beside it. */
export interface StateScale {
  /** Bytes of the heap. */
  readonly bytesPerProcess: number;
  readonly bytesPerThread: number;
  readonly bytesPerDescriptor: number;
  /** Nanoseconds for one event, decoding included. */
  readonly nsPerEventLarge: number;
  readonly nsPerEventSmall: number;
}

const large: Size = { threads: 100_000, processes: 10_000, descriptors: 10 };
const small: Size = { threads: 100, processes: 10, descriptors: 10 };
const calls = 20_000;
const rounds = 9;

const collect: unknown = Reflect.get(globalThis, "gc");
if (typeof collect !== "function") throw new Error("run it with --expose-gc");

const tracker = createTracker({ maxThreads: 2 * large.threads, maxMemory: 2 ** 30 });
let events = 0;

function feed(sandbox: TracedSandbox, frames: Iterable<Frame>): void {
  for (const frame of frames) {
    const message = decodeFrame(sandbox, frame);
    if (!isMessage(message)) throw new Error("a frame does not decode");
    normalize(message, (event) => tracker.apply(event, () => events++));
  }
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

function nsPerEvent(sandbox: TracedSandbox, frames: readonly Frame[]): number {
  events = 0;
  const begin = process.hrtime.bigint();
  feed(sandbox, frames);
  return Number(process.hrtime.bigint() - begin) / events;
}

const inLarge: TracedSandbox = { id: "large", arch: "x64" };
const inSmall: TracedSandbox = { id: "small", arch: "x64" };
for (const frames of [processFrames, threadFrames, descriptorFrames]) feed(inSmall, frames(small));
const processBytes = grown(inLarge, processFrames(large));
const threadBytes = grown(inLarge, threadFrames(large));
const descriptorBytes = grown(inLarge, descriptorFrames(large));

const busyLarge = [...busyFrames(large, calls)];
const busySmall = [...busyFrames(small, calls)];
const times: { readonly large: number[]; readonly small: number[] } = { large: [], small: [] };
for (let round = 0; round < rounds; round++) {
  times.large.push(nsPerEvent(inLarge, busyLarge));
  times.small.push(nsPerEvent(inSmall, busySmall));
}
const stats = tracker.stats(inLarge);
if (stats?.threads !== large.threads || stats.evictedThreads > 0 || stats.forgotten > 0) {
  throw new Error(`the tables hold something else: ${JSON.stringify(stats)}`);
}

const scale: StateScale = {
  bytesPerProcess: processBytes / large.processes,
  bytesPerThread: threadBytes / (large.threads - large.processes),
  bytesPerDescriptor: descriptorBytes / (large.processes * large.descriptors),
  nsPerEventLarge: median(times.large),
  nsPerEventSmall: median(times.small),
};
console.log(JSON.stringify(scale));
