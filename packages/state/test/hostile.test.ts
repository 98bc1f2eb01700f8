import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Event, normalize } from "@sentrytap/events";
import { decodeFrame, type TracedSandbox } from "@sentrytap/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixtures } from "../../wire/test/corpus.ts";
import { createTracker, type Process, type Tracker } from "../src/index.ts";
import { Simulation, thread } from "./simulate.ts";

const limits = { maxThreads: 16, maxDescriptors: 8, maxEnded: 8, maxMemory: 20_000 };

const recordings = fixtures
  .map((fixture) => fixture.packets())
  .filter((packets) => packets.length > 0 && packets.length < 600);

/** What changes in a recording: bytes of a packet, or packets lost, told twice, or out of turn. */
const change = fc.record({
  kind: fc.constantFrom("byte", "byte", "byte", "lose", "repeat", "swap" as const),
  packet: fc.nat(),
  at: fc.nat(),
  value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 127, 128, 255)),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(
  packets: readonly Uint8Array<ArrayBuffer>[],
  changes: readonly Change[],
): Uint8Array<ArrayBuffer>[] {
  const result = [...packets];
  for (const { kind, packet, at, value } of changes) {
    const index = packet % result.length;
    const chosen = result[index];
    if (chosen === undefined) continue;
    if (kind === "lose") result.splice(index, 1);
    else if (kind === "repeat") result.splice(at % result.length, 0, chosen);
    else if (kind === "swap") result.push(...result.splice(index, 1));
    else {
      const copy = chosen.slice();
      copy[8 + (at % Math.max(1, copy.length - 8))] = value;
      result[index] = copy;
    }
  }
  return result;
}

function feed(
  tracker: Tracker,
  sandbox: TracedSandbox,
  packet: Uint8Array<ArrayBuffer>,
  look: (event: Event) => void,
): void {
  const message = decodeFrame(sandbox, packet);
  normalize(message, (event) => tracker.apply(event, look));
}

describe("a recording that was tampered with", () => {
  it("makes nothing throw, run in circles, or outgrow its bounds", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.constantFrom(...recordings), fc.array(change, { maxLength: 40 }), (packets, changes) => {
        const sandbox: TracedSandbox = { id: "box", arch: changes.length % 2 === 0 ? "x64" : "arm64" };
        const tracker = createTracker(limits);
        for (const packet of changed(packets, changes)) {
          feed(tracker, sandbox, packet, (event) => void event.args);
        }
        feed(tracker, sandbox, packets[0] as Uint8Array<ArrayBuffer>, (event) => {
          const thread = "thread" in event ? (event.thread as { process: Process } | undefined) : undefined;
          let steps = 0;
          for (let each = thread?.process; each !== undefined; each = each.parent) steps++;
          expect(steps).toBeLessThanOrEqual(limits.maxThreads + limits.maxEnded + 1);
        });
        const stats = tracker.stats(sandbox);
        expect(stats?.threads ?? 0).toBeLessThanOrEqual(limits.maxThreads);
        expect(stats?.processes ?? 0).toBeLessThanOrEqual(stats?.threads ?? 0);
        expect(stats?.ended ?? 0).toBeLessThanOrEqual(limits.maxEnded);
      }),
      { numRuns: 150 },
    );
  });
});

describe("what the tables keep", () => {
  it("does not keep long working directories that nothing counts", async () => {
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    const maxMemory = 1_000_000;
    const box = new Simulation({ maxMemory });
    const [threads, size] = [8_000, 4_000];
    const heap = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    for (let tid = 1; tid <= threads; tid++) box.process(thread(tid));
    for (let tid = threads + 1; tid <= 2 * threads; tid++) box.process(thread(tid, threads + 1));
    const before = heap();
    for (let tid = 1; tid <= 2 * threads; tid++) {
      const cwd = `/${"x".repeat(size)}${tid}`;
      box.process(thread(tid, Math.min(tid, threads + 1), { cwd }));
    }
    expect((heap() - before) / (2 * threads * size)).toBeLessThan(0.2);
  });

  it("does not keep the bytes that it came in", async () => {
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    const tracker = createTracker();
    const sandbox: TracedSandbox = { id: "box", arch: "x64" };
    const buffers: WeakRef<ArrayBuffer>[] = [];
    for (const packets of recordings.slice(0, 12)) {
      // Not to the end, so that threads are left.
      for (const packet of packets.slice(0, packets.length * 0.7)) {
        const copy = packet.slice();
        buffers.push(new WeakRef(copy.buffer));
        feed(tracker, sandbox, copy, (event) => void event.args);
      }
    }
    // A WeakRef keeps what it was made of until the job ends.
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
    const alive = buffers.filter((buffer) => buffer.deref() !== undefined).length;
    expect(buffers.length).toBeGreaterThan(500);
    expect(alive, "the last one may be on the stack").toBeLessThanOrEqual(1);
    expect(tracker.stats(sandbox)?.threads).toBeGreaterThan(0);
  });
});
