import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Event, normalize } from "@sentrytap/events";
import { decodeFrame, type TracedSandbox } from "@sentrytap/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readProcfs } from "../../../test/traces/index.ts";
import { fixtures } from "../../wire/test/corpus.ts";
import { createTracker, type Process, parseProcfs, type Tracker } from "../src/index.ts";
import { returned, Simulation, thread } from "./simulate.ts";

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

describe("a dump of procfs that was tampered with", () => {
  const [text = "", ...others] = ["attach.2024", "pod.2024", "attach.2024.c3"].map(readProcfs);
  const whole = text + others.join("");

  it("is skipped line by line, and never thrown at", () => {
    const cut = fc.tuple(fc.nat(whole.length), fc.nat(200), fc.string({ unit: "binary", maxLength: 20 }));
    fc.assert(
      fc.property(fc.array(cut, { maxLength: 20 }), (cuts) => {
        let changed = `PROCFS DUMP\n${whole}`;
        for (const [at, length, instead] of cuts) {
          changed = changed.slice(0, at + 12) + instead + changed.slice(at + 12 + length);
        }
        const dump = parseProcfs(changed);
        const sandbox: TracedSandbox = { id: "box", arch: "x64" };
        const tracker = createTracker(limits);
        tracker.seed(sandbox, dump);
        const stats = tracker.stats(sandbox);
        expect(stats?.threads).toBeLessThanOrEqual(limits.maxThreads);
        expect(stats?.memory).toBeLessThanOrEqual(limits.maxMemory);
      }),
      { numRuns: 200 },
    );
  });

  it("makes no long work of a long line of ancestors, nor of a circle", () => {
    const count = 60_000;
    const lines = Array.from(
      { length: count },
      (_, i) => `{"status":{"pid":${i + 1},"ppid":${((i + 1) % count) + 1}},"clone_ts":${count - i}}`,
    );
    const dump = parseProcfs(lines.join("\n"));
    const box = new Simulation();
    const start = performance.now();
    box.tracker.seed(box.sandbox, dump);
    box.process(thread(1));
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(box.stats().processes).toBe(count);
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

  it("does not keep numbers of calls that no kernel has", () => {
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    const box = new Simulation();
    const call = (sysno: number): unknown =>
      box.send("SYSCALL_RAW", thread(1), { sysno: BigInt(sysno), exit: returned() });
    const heap = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    call(0);
    const before = heap();
    for (let i = 0; i < 100_000; i++) call(i);
    expect((heap() - before) / 1e6).toBeLessThan(2);
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
