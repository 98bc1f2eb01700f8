/// <reference lib="esnext.disposable" preserve="true" />

import { TraceError } from "@sentrytap/core";
import { type Share, type ShareStats, type Spread, type SpreadStats, spread } from "@sentrytap/seqpacket";
import { EventEmitter } from "eventemitter3";
import { type BoundSocket, bindSocket } from "./bind-socket.ts";
import { resolveSocket, type SocketOptions } from "./options.ts";

/** The least time between two errors that tell of who was turned away, in milliseconds. */
const intervalMs = 1_000;

/** The events of a {@link SandboxSpread}, with their listeners. */
export interface SandboxSpreadEvents {
  /**
   * A server that had a share is gone: closed, or its thread has ended. `held` is how many sandboxes it had; where it was not
   * asked to close, these are disconnected and run on unwatched.
   */
  gone: (share: ShareStats) => void;
  /**
   * Connections were turned away: over `maxConnections`, or no server took them for ten seconds. At most once a second. Code
   * `ERR_HANDSHAKE`.
   */
  error: (error: TraceError) => void;
}

/** A socket that listens for Sentries, and spreads them over servers in several threads. */
export interface SandboxSpread
  extends AsyncDisposable,
    Pick<EventEmitter<SandboxSpreadEvents>, "on" | "once" | "off"> {
  /** Where it listens. */
  readonly path: string;
  /**
   * One more share, for one server: the option `share` of `createSentryServer`, there or in a worker thread of this process. At
   * most 64 are out and taken at the same time.
   *
   * @throws {TraceError} `ERR_SOCKET` where there are too many, no descriptor is left, or the spread is closed.
   */
  share(): Share;
  /**
   * Takes a share back that no server has taken, of a worker that is gone before it could: until then it counts among the 64.
   * Of one that has been taken nothing changes.
   */
  withdraw(share: Pick<Share, "number">): void;
  stats(): SpreadStats;
  /**
   * Stops listening and closes the servers that have shares, as their own `close()` does: what the sockets still hold is
   * delivered first, after which their streams end. Resolves when the socket's file is gone. Closing again is fine.
   *
   * @throws {TraceError} `ERR_SOCKET` where the file cannot be removed; everything else is closed all the same.
   */
  close(): Promise<void>;
}

/**
 * Listens at `options.path` for servers in several threads: each Sentry that connects is given to the one that has the fewest,
 * by a thread without JavaScript. From there on all is that server's: handshake, limits, stream. No packet crosses threads.
 *
 * @throws {TraceError} as `createSentryServer`.
 *
 * @example
 * const spread = await spreadSandboxes({ path: "/run/sentrytap.sock" });
 * for (let i = 0; i < 2; i++) new Worker(file, { workerData: spread.share() });
 * // and in the file: const server = await createSentryServer({ share: workerData });
 */
export async function spreadSandboxes(options: SocketOptions): Promise<SandboxSpread> {
  const resolved = resolveSocket(options);
  let sandboxes: ListeningSpread | undefined;
  const onGone = (share: ShareStats): unknown => sandboxes?.emit("gone", share);
  const onRefused = (count: number): void => sandboxes?.refused(count);
  const socket = await bindSocket(resolved.path, () => spread({ ...resolved, onGone, onRefused }));
  sandboxes = new ListeningSpread(socket);
  return sandboxes;
}

class ListeningSpread extends EventEmitter<SandboxSpreadEvents> implements SandboxSpread {
  readonly path: string;
  readonly #socket: BoundSocket<Spread>;
  #refused = 0;
  #pause: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(socket: BoundSocket<Spread>) {
    super();
    this.path = socket.listening.path;
    this.#socket = socket;
  }

  share(): Share {
    return this.#socket.listening.share();
  }

  withdraw(share: Pick<Share, "number">): void {
    this.#socket.listening.withdraw(share);
  }

  stats(): SpreadStats {
    return this.#socket.listening.stats();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Gathers who was turned away into few errors. */
  refused(count: number): void {
    this.#refused += count;
    if (this.#pause === undefined) this.#tellRefused();
  }

  async #close(): Promise<void> {
    try {
      // While it still listens: nobody takes its file for a stale one and puts another in its place.
      this.#socket.release();
    } finally {
      this.#socket.listening.close();
    }
  }

  #tellRefused(): void {
    this.#pause = undefined;
    const count = this.#refused;
    if (count === 0) return;
    this.#refused = 0;
    this.#pause = setTimeout(() => this.#tellRefused(), intervalMs).unref();
    const why = "over maxConnections, nobody took them for ten seconds, or no descriptor was left";
    this.emit("error", new TraceError("ERR_HANDSHAKE", `connections turned away: ${count}; ${why}`));
  }
}
