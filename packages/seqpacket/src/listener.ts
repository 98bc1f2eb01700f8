/// <reference lib="esnext.disposable" preserve="true" />

import { TraceError } from "@sentrytap/core";
import type { Addon, Handle } from "./addon.ts";
import { type PacketBatch, RECORD_WORDS } from "./packet-batch.ts";

/** What a listener has counted since its start; only `open` also falls. */
export interface ListenerStats {
  /** Connections taken in. */
  readonly accepted: number;
  /** Connections closed at once: over `maxConnections`, or no descriptor was left. Of shares, see also `SpreadStats`. */
  readonly refused: number;
  /** Connections open now. */
  readonly open: number;
  /** First packets delivered. */
  readonly handshakes: number;
  /** Later packets delivered to the pool. Taken plus still in the pool is this number. */
  readonly packets: number;
  /** The bytes of `packets`. */
  readonly bytes: number;
  /** Packets over their limit, skipped. */
  readonly truncated: number;
  /** Packets that had been read when `closeConnection` or a discarding `close` came, and did not fit the pool. */
  readonly discarded: number;
  /** How often the pool was full and reading stopped until JavaScript took a batch. */
  readonly stalls: number;
  /** How often JavaScript was woken. */
  readonly wakeups: number;
  /** Batches taken. */
  readonly batches: number;
}

/** How {@link Listener.close} ends. */
export interface CloseOptions {
  /** Disconnects at once; what the sockets still hold is lost. Default false: it is read first. */
  readonly discard?: boolean;
}

/** The connections of a listening SOCK_SEQPACKET socket, or of a share of one, read by a thread of their own. */
export interface Listener {
  /** Where it, or the spread, listens. */
  readonly path: string;

  /**
   * The next batch, waiting for it; undefined once the listener is closed and everything has been taken. One caller at
   * a time: a second one, while the first waits, is rejected with `ERR_STREAM_CONSUMED`.
   */
  next(): Promise<PacketBatch | undefined>;

  /**
   * The next batch if one is ready, without waiting: lets a consumer stay synchronous under load. Where packets are few,
   * each makes a batch as it comes; where they are more than four in a millisecond, they gather for `gatherMs`, of more than 100
   * for four milliseconds at least, or until a quarter of a slab is full.
   */
  take(): PacketBatch | undefined;

  /**
   * Disconnects one connection, at once: what its socket still holds is lost. Its `closed` record follows. Does
   * nothing where the connection is gone.
   */
  closeConnection(connection: number): void;

  /** The counters as they stand. */
  stats(): ListenerStats;

  /** Closes the listening socket only, or gives the share up; connections go on. The socket's file stays, it is whoever's who listens. */
  stopAccepting(): void;

  /**
   * Stops accepting, disconnects everybody, reads what their sockets still hold, and resolves when all that is done.
   * Received packets stay takeable by `next` until it says undefined. While the pool is full this waits for somebody
   * to take: whoever no longer reads closes with `discard`. Closing again, also with `discard`, is fine.
   */
  close(options?: CloseOptions): Promise<void>;

  /** Keeps the process alive while listening, as from the start. */
  ref(): void;

  /** Lets the process end though listening. */
  unref(): void;

  /** Closes with `discard`. */
  [Symbol.asyncDispose](): Promise<void>;
}

interface Waiter {
  readonly resolve: (batch: PacketBatch | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

class NativeListener implements Listener {
  readonly path: string;
  readonly #addon: Addon;
  readonly #handle: Handle;
  #waiter: Waiter | undefined;
  #closed: Promise<void> | undefined;
  #resolveClosed: (() => void) | undefined;
  #finished = false;

  constructor(addon: Addon, path: string, open: (wake: () => void) => Handle) {
    this.#addon = addon;
    this.path = path;
    this.#handle = open(() => this.#wake());
  }

  take(): PacketBatch | undefined {
    return this.#take(false);
  }

  async next(): Promise<PacketBatch | undefined> {
    if (this.#waiter !== undefined) {
      throw new TraceError(
        "ERR_STREAM_CONSUMED",
        `next() of ${this.path} is being awaited already: take turns`,
      );
    }
    const batch = this.#take(true);
    if (batch !== undefined || this.#finished) return batch;
    return await new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  closeConnection(connection: number): void {
    this.#addon.closeConnection(this.#handle, connection);
  }

  stats(): ListenerStats {
    const { buffer, byteOffset, length } = this.#addon.stats(this.#handle);
    const counters = new Float64Array(buffer, byteOffset, length / Float64Array.BYTES_PER_ELEMENT);
    const [accepted = 0, refused = 0, open = 0, handshakes = 0, packets = 0, bytes = 0] = counters;
    const [truncated = 0, discarded = 0, stalls = 0, wakeups = 0, batches = 0] = counters.subarray(6);
    return {
      accepted,
      refused,
      open,
      handshakes,
      packets,
      bytes,
      truncated,
      discarded,
      stalls,
      wakeups,
      batches,
    };
  }

  stopAccepting(): void {
    this.#addon.stopAccepting(this.#handle);
  }

  close(options?: CloseOptions): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#resolveClosed = resolve;
      if (this.#finished) resolve(); // whoever handed connections over has ended it
    });
    if (!this.#finished) this.#addon.close(this.#handle, options?.discard ?? false);
    return this.#closed;
  }

  ref(): void {
    this.#addon.ref(this.#handle, true);
  }

  unref(): void {
    this.#addon.ref(this.#handle, false);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close({ discard: true });
  }

  /** Called by the addon: a batch is ready for the one who waits, or the thread has ended. */
  #wake(): void {
    if (!this.#finished && this.#addon.finish(this.#handle)) {
      this.#finished = true;
      this.#resolveClosed?.();
    }
    const waiter = this.#waiter;
    if (waiter === undefined) return;
    try {
      const batch = this.#take(true);
      if (batch === undefined && !this.#finished) return;
      this.#waiter = undefined;
      waiter.resolve(batch);
    } catch (error) {
      this.#waiter = undefined;
      waiter.reject(error);
    }
  }

  #take(wait: boolean): PacketBatch | undefined {
    const taken = this.#addon.take(this.#handle, wait);
    if (taken === undefined) return undefined;
    const count = taken[0].length / (RECORD_WORDS * Uint32Array.BYTES_PER_ELEMENT);
    const records = new Uint32Array(taken[0].buffer, taken[0].byteOffset, count * RECORD_WORDS);
    const bytes = new Uint8Array(taken[1].buffer, taken[1].byteOffset, taken[1].length);
    return { bytes, records, count };
  }
}

/** The listener whose native half `open` makes. */
export function createListener(addon: Addon, path: string, open: (wake: () => void) => Handle): Listener {
  return new NativeListener(addon, path, open);
}
