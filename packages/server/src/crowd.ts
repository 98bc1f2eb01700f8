import { TraceError } from "@sentrytap/core";
import type { Listener } from "@sentrytap/seqpacket";
import type { EventEmitter } from "eventemitter3";
import type { SentryServerEvents } from "./server-events.ts";

/** The least time between two looks, and so between two events, in milliseconds. */
const intervalMs = 1_000;

/**
 * Tells of connections that the transport turned away because there were too many. It does so on its own, and no record
 * comes of it: hence it is looked at, and looked at again, while there is no room.
 */
export class Crowd {
  readonly #listener: Listener;
  readonly #limit: number;
  readonly #events: EventEmitter<SentryServerEvents>;
  #told = 0;
  #notBefore = 0;

  constructor(listener: Listener, limit: number, events: EventEmitter<SentryServerEvents>) {
    this.#listener = listener;
    this.#limit = limit;
    this.#events = events;
  }

  /** Emits what is due; with `last`, all that is left. */
  tell(last: boolean = false): void {
    const now = performance.now();
    if (now < this.#notBefore && !last) return;
    this.#notBefore = now + intervalMs;
    const { refused } = this.#listener.stats();
    const count = refused - this.#told;
    if (count === 0) return;
    this.#told = refused;
    const why = `at most ${this.#limit} are taken at once (see maxConnections), or no descriptor was left`;
    this.#events.emit(
      "error",
      new TraceError("ERR_HANDSHAKE", `connections turned away: ${count}; ${why}`),
      undefined,
    );
  }

  /** When {@link tell} may have something to tell; `undefined` where nothing comes without a record. */
  get due(): number | undefined {
    return this.#listener.stats().open >= this.#limit ? this.#notBefore : undefined;
  }
}
