/// <reference lib="esnext.disposable" preserve="true" />

import { type Addon, type Handle, loadAddon, type Memory } from "./addon.ts";
import { checkPath } from "./options.ts";
import { carefully, socketError } from "./socket-error.ts";
import { listenError, type SocketOptions, socketWords } from "./socket-options.ts";

/** Where {@link spread} listens, and who is told of what happens there. */
export interface SpreadOptions extends SocketOptions {
  /** Connections of all takers together, including closed ones whose end has not been taken. Default 4096. */
  readonly maxConnections?: number;
  /** Is told of takers that are gone: closed, or ended with their threads. What they had is closed. Default: nobody. */
  readonly onGone?: (share: ShareStats) => void;
  /** Is told of connections that were refused, and how many since it was told last. Default: nobody. */
  readonly onRefused?: (count: number) => void;
}

/** What a taker needs, as plain data: for `workerData`, or a message to another thread of this process. */
export interface Share {
  readonly path: string;
  /** Its number, from 1. */
  readonly number: number;
  readonly descriptor: number;
  readonly inode: number;
  readonly maxConnections: number;
}

/** What has become of one share. */
export interface ShareStats {
  readonly number: number;
  /** `out`: nobody has taken it yet. `taken`: somebody does. `gone`: whoever did is gone. */
  readonly state: "out" | "taken" | "gone";
  /** Connections that its taker has: open ones, and closed ones whose end has not been taken. */
  readonly held: number;
  /** Connections that it was given. */
  readonly handed: number;
}

/** What a spread has counted since its start. */
export interface SpreadStats {
  /** Connections handed over. */
  readonly accepted: number;
  /** Connections closed at once: over `maxConnections`, nobody took, or no descriptor was left. */
  readonly refused: number;
  /** The shares that are out or taken. */
  readonly shares: readonly ShareStats[];
}

/** A listening socket whose connections are read by several threads, each connection by one. */
export interface Spread extends Disposable {
  /** Where it listens. */
  readonly path: string;
  /**
   * One more share, for one taker. At most 64 are out and taken at the same time.
   *
   * @throws TraceError `ERR_SOCKET` where a system call fails, there are too many, or the spread is closed.
   */
  share(): Share;
  /** Takes a share back that nobody has taken. Of one that somebody has, nothing changes. */
  withdraw(share: Pick<Share, "number">): void;
  stats(): SpreadStats;
  /** Stops listening. The takers' connections are disconnected, and what they have sent is read. Closing again is fine. */
  close(): void;
}

/**
 * Listens on a SOCK_SEQPACKET socket for takers: whoever connects is handed to the one that has the fewest connections, of
 * several to the one whose share is oldest. A native thread does that, so no JavaScript delays it.
 *
 * While nobody takes, connections wait; after ten seconds without a taker they are refused.
 *
 * @throws TraceError as `listen` does.
 *
 * @example
 * const spreading = spread({ path: "/run/sentrytap.sock" });
 * for (let i = 0; i < 2; i++) new Worker(file, { workerData: spreading.share() }); // each calls take({ share: workerData })
 */
export function spread(options: SpreadOptions): Spread {
  return new NativeSpread(options);
}

const states = ["out", "out", "taken", "gone"] as const; // as native/spreader.h numbers them, from 1

class NativeSpread implements Spread {
  readonly path: string;
  readonly #options: SpreadOptions;
  readonly #maxConnections: number;
  readonly #addon: Addon;
  readonly #handle: Handle;
  #refused = 0;
  #closed = false;

  constructor(options: SpreadOptions) {
    const path = checkPath(options.path);
    const words = socketWords(options);
    this.path = path;
    this.#options = options;
    this.#maxConnections = words[2];
    const addon = loadAddon();
    this.#addon = addon;
    const open = (): Handle => addon.spread(path, Uint32Array.of(...words), () => void this.stats());
    this.#handle = carefully(open, (cause) => listenError(path, cause));
  }

  share(): Share {
    const share = carefully(
      () => this.#addon.share(this.#handle),
      (cause) => socketError("ERR_SOCKET", `no share of ${this.path} can be had`, cause),
    );
    const [number = 0, descriptor = 0, inode = 0] = doublesOf(share);
    return { path: this.path, number, descriptor, inode, maxConnections: this.#maxConnections };
  }

  withdraw({ number }: Pick<Share, "number">): void {
    this.#addon.withdraw(this.#handle, number);
  }

  stats(): SpreadStats {
    const [accepted = 0, refused = 0, ...figures] = doublesOf(this.#addon.look(this.#handle));
    const shares: ShareStats[] = [];
    for (let at = 0; at < figures.length; at += 4) {
      const [number = 0, state = 0, held = 0, handed = 0] = figures.slice(at, at + 4);
      shares.push({ number, state: states[state] ?? "gone", held, handed });
    }
    const more = refused - this.#refused;
    this.#refused = refused;
    const gone = shares.filter(({ state }) => state === "gone");
    // What is told once is told now, but by nobody's call.
    if ((more > 0 || gone.length > 0) && !this.#closed) queueMicrotask(() => this.#tell(gone, more));
    return { accepted, refused, shares: shares.filter(({ state }) => state !== "gone") };
  }

  close(): void {
    if (this.#closed) return;
    this.stats();
    this.#closed = true;
    this.#addon.closeSpread(this.#handle);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #tell(gone: readonly ShareStats[], refused: number): void {
    const { onGone, onRefused } = this.#options;
    for (const share of gone) onGone?.(share);
    if (refused > 0) onRefused?.(refused);
  }
}

function doublesOf({ buffer, byteOffset, length }: Memory): number[] {
  return [...new Float64Array(buffer, byteOffset, length / Float64Array.BYTES_PER_ELEMENT)];
}
