import { TraceError } from "@sentrytap/core";
import type { Peer } from "@sentrytap/seqpacket";
import { decodeHandshake } from "@sentrytap/wire";
import type { ResolvedOptions } from "./options.ts";
import { SandboxReport } from "./reports.ts";
import { ConnectedSandbox } from "./sandbox.ts";

/** A connection that has not shaken hands yet. */
interface Waiting {
  readonly peer: Peer;
  readonly deadline: number;
  /** Handshakes received from anybody when its time was up: its own can be among those that have not been seen. */
  received?: number;
}

/** A connection with its sandbox, and what is to be said of it. */
export interface Connected {
  readonly sandbox: ConnectedSandbox;
  readonly report: SandboxReport;
}

/** A peer that is to be turned away. */
export interface Refusal {
  readonly connection: number;
  readonly peer: Peer;
  readonly error: TraceError;
}

/** Who is connected, and who is about to be: judges handshakes, and those that do not come. */
export class Connections {
  readonly #options: ResolvedOptions;
  /** In the order of their deadlines. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #connected = new Map<number, Connected>();
  /** Handshakes seen, judged or not. */
  #seen = 0;

  constructor(options: ResolvedOptions) {
    this.#options = options;
  }

  get(connection: number): Connected | undefined {
    return this.#connected.get(connection);
  }

  get all(): IterableIterator<Connected> {
    return this.#connected.values();
  }

  /** A peer has connected. */
  opened(connection: number, peer: Peer, now: number): void {
    this.#waiting.set(connection, { peer, deadline: now + this.#options.handshakeTimeoutMs });
  }

  /** A peer's first packet; `undefined` where the peer has been turned away before. */
  shakeHands(connection: number, packet: Uint8Array): Connected | Refusal | undefined {
    this.#seen++;
    const peer = this.#takeWaiting(connection);
    if (peer === undefined) return undefined;
    try {
      const version = decodeHandshake(packet);
      this.#checkAllowed(peer);
      const sandbox = new ConnectedSandbox(connection, this.#options.arch, peer, version);
      const connected = { sandbox, report: new SandboxReport() };
      this.#connected.set(connection, connected);
      return connected;
    } catch (error) {
      return { connection, peer, error: error as TraceError }; // neither call throws anything else
    }
  }

  /** A peer's first packet was too large; `undefined` where the peer has been turned away before. */
  oversized(connection: number, size: number): Refusal | undefined {
    const peer = this.#takeWaiting(connection);
    if (peer === undefined) return undefined;
    return { connection, peer, error: handshakeError(`a first packet of ${size} bytes is no handshake`) };
  }

  /** Forgets a connection; returns its sandbox, where it had shaken hands. */
  closed(connection: number): Connected | undefined {
    this.#waiting.delete(connection);
    const connected = this.#connected.get(connection);
    this.#connected.delete(connection);
    return connected;
  }

  /** Forgets all; returns those that had shaken hands. */
  clear(): Connected[] {
    const all = [...this.#connected.values()];
    this.#waiting.clear();
    this.#connected.clear();
    return all;
  }

  /**
   * Takes out those whose time is up. Received packets wait to be taken, a handshake maybe among them: so whoever is late
   * goes only when every handshake that was there at the deadline has been seen.
   *
   * @param received - how many handshakes the transport has received.
   */
  expire(now: number, received: () => number): Refusal[] {
    const expired: Refusal[] = [];
    for (const [connection, waiting] of this.#waiting) {
      if (now < waiting.deadline) break;
      waiting.received ??= received();
      if (this.#seen < waiting.received) break;
      this.#waiting.delete(connection);
      const error = handshakeError(
        `the peer sent no handshake within ${this.#options.handshakeTimeoutMs} ms`,
      );
      expired.push({ connection, peer: waiting.peer, error });
    }
    return expired;
  }

  /** The next deadline; `undefined` where nobody waits. */
  get deadline(): number | undefined {
    for (const { deadline } of this.#waiting.values()) return deadline;
    return undefined;
  }

  #takeWaiting(connection: number): Peer | undefined {
    const waiting = this.#waiting.get(connection);
    this.#waiting.delete(connection);
    return waiting?.peer;
  }

  #checkAllowed(peer: Peer): void {
    const who = `process ${peer.pid} of user ${peer.uid}`;
    let allowed: unknown;
    try {
      allowed = this.#options.allow(peer);
    } catch (cause) {
      throw handshakeError(`whether ${who} may connect could not be told: allow() threw`, cause);
    }
    // A promise, of an async function that found its way here, is no permission.
    if (allowed !== true) throw handshakeError(`${who} may not connect`);
  }
}

function handshakeError(message: string, cause?: unknown): TraceError {
  return new TraceError("ERR_HANDSHAKE", message, cause === undefined ? undefined : { cause });
}
