import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Listener, type PacketBatch, RECORD_WORDS, RecordKind } from "../src/index.ts";

/** A record as an object, with its payload. */
export interface Received {
  readonly kind: keyof typeof RecordKind;
  readonly connection: number;
  /** The fourth word: the size, or for `closed` the errno. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

const names = Object.entries(RecordKind);

export function received(batch: PacketBatch): Received[] {
  return Array.from({ length: batch.count }, (_, index) => {
    const word = index * RECORD_WORDS;
    const [kind, connection = 0, offset = 0, size = 0] = batch.records.subarray(word, word + RECORD_WORDS);
    const name = names.find(([, value]) => value === kind)?.[0];
    const payload = name === "truncated" || name === "closed" ? 0 : size;
    // A name of the table, unless the addon wrote a kind of its own, and then the tests fail by it.
    return {
      kind: name as Received["kind"],
      connection,
      size,
      bytes: batch.bytes.slice(offset, offset + payload),
    };
  });
}

/** Takes batches until `enough` says so of everything received, or the listener is closed and drained. */
export async function collect(
  listener: Listener,
  enough: (all: readonly Received[]) => boolean,
): Promise<Received[]> {
  const all: Received[] = [];
  while (!enough(all)) {
    const batch = await listener.next();
    if (batch === undefined) break;
    all.push(...received(batch));
  }
  return all;
}

/** Enough once that many records of the kind have come. */
export function count(kind: Received["kind"], least: number): (all: readonly Received[]) => boolean {
  return (all) => all.filter((record) => record.kind === kind).length >= least;
}

/** A path for a socket, in a folder that goes with the test. */
export function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "seqpacket-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "s.sock");
}

/** Waits until `condition` holds; fails the test after a generous while. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never came true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Packets laid out for `send`: their bytes in one piece, and where each begins and ends. */
export function packets(parts: readonly Uint8Array[]): [bytes: Uint8Array, offsets: Uint32Array] {
  const offsets = new Uint32Array(parts.length + 1);
  for (const [index, part] of parts.entries()) offsets[index + 1] = (offsets[index] ?? 0) + part.length;
  const bytes = new Uint8Array(offsets.at(-1) ?? 0);
  for (const [index, part] of parts.entries()) bytes.set(part, offsets[index]);
  return [bytes, offsets];
}

/** `total` packets of `size` bytes, each beginning with its number. */
export function numbered(total: number, size: number, from = 0): [bytes: Uint8Array, offsets: Uint32Array] {
  return packets(
    Array.from({ length: total }, (_, index) => {
      const part = new Uint8Array(size);
      new DataView(part.buffer).setUint32(0, from + index);
      return part;
    }),
  );
}

export function numberOf(record: Received): number {
  return new DataView(record.bytes.buffer, record.bytes.byteOffset).getUint32(0);
}
