import { TraceError } from "@sentrytap/core";
import { loadAddon } from "./addon.ts";
import { createListener, type Listener } from "./listener.ts";
import { checkInteger } from "./options.ts";
import { carefully, type SystemError } from "./socket-error.ts";
import type { socketWords } from "./socket-options.ts";

/** How connections are read, by `listen` and `take`. */
export interface ReadOptions {
  /**
   * What the first packet of every connection is answered with, on the reader thread and before JavaScript sees it.
   * Default: no answer.
   */
  readonly answer?: Uint8Array;
  /** Bytes of the largest packet; larger ones are reported as truncated. Default 1,048,576. */
  readonly maxPacketSize?: number;
  /** Bytes of the largest first packet. Default 10,240. */
  readonly maxHandshakeSize?: number;
  /** Slabs of the pool that received packets wait in. Default 8. */
  readonly slabCount?: number;
  /** Bytes of a slab, at least `maxPacketSize`. Default 1,048,576, or `maxPacketSize` where that is more. */
  readonly slabSize?: number;
  /**
   * Milliseconds that packets gather into a batch, where more than four come in one; where more than 100 do, four at least.
   * Default 1; 0 does not gather.
   */
  readonly gatherMs?: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** A listener on what `origin` gives; `fault` makes the error of a failed system call. */
export function openListener(
  origin: string | Uint32Array,
  path: string,
  socket: ReturnType<typeof socketWords>,
  options: ReadOptions,
  fault: (cause: SystemError) => TraceError,
): Listener {
  const answer = options.answer ?? new Uint8Array();
  if (options.answer?.length === 0) {
    throw new TraceError("ERR_INVALID_ARGUMENT", "answer is empty: leave it out to answer nothing");
  }
  const maxPacketSize = checkInteger("maxPacketSize", options.maxPacketSize ?? MIB, 1, 16 * MIB);
  const slabSize = options.slabSize ?? Math.max(MIB, maxPacketSize);
  // In the order that native/listener.c reads.
  const words = Uint32Array.of(
    ...socket,
    maxPacketSize,
    checkInteger("maxHandshakeSize", options.maxHandshakeSize ?? 10 * KIB, 1, MIB),
    checkInteger("slabCount", options.slabCount ?? 8, 1, 1024),
    checkInteger("slabSize", slabSize, maxPacketSize, 256 * MIB),
    checkInteger("gatherMs", options.gatherMs ?? 1, 0, 1000),
  );
  const addon = loadAddon();
  return createListener(addon, path, (wake) =>
    carefully(() => addon.listen(origin, words, answer, wake), fault),
  );
}
