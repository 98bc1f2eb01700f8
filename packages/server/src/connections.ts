import { TraceError } from "@sentrytap/core";
import type { Peer } from "@sentrytap/seqpacket";
import { decodeHandshake } from "@sentrytap/wire";
import { MalformedReport } from "./malformed-report.ts";
import type { ResolvedOptions } from "./options.ts";
import { ConnectedSandbox } from "./sandbox.ts";

/** A connection that has not shaken hands yet. */
interface Waiting {
  readonly peer: Peer;
  readonly deadline: number;
  /** Batches that may still hold its handshake, counted down once the deadline has passed. */
  grace: number;
}

/** A connection with its sandbox, and what is to be said of it. */
export interface Connected {
  readonly sandbox: ConnectedSandbox;
  readonly malformed: MalformedReport;
  /** Drops not yet reported. */
  drops: number;
}

/** Who is connected, and who is about to be: judges handshakes, and those that do not come. */
export class Connections {
  readonly #options: ResolvedOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #connected = new Map<number, Connected>();

  constructor(options: ResolvedOptions) {
    this.#options = options;
  }

  get(connection: number): Connected | undefined {
    return this.#connected.get(connection);
  }

  get all(): IterableIterator<Connected> {
    return this.#connected.values();
  }

  /** A peer has connected; `grace` is how many batches the pool can hold. */
  opened(connection: number, peer: Peer, now: number, grace: number): void {
    this.#waiting.set(connection, { peer, deadline: now + this.#options.handshakeTimeoutMs, grace });
  }

  /**
   * A peer's first packet.
   *
   * @throws {TraceError} `ERR_HANDSHAKE` where it is to be turned away.
   */
  shakeHands(connection: number, packet: Uint8Array): Connected {
    const peer = this.#takeWaiting(connection);
    const version = decodeHandshake(packet);
    if (!this.#options.allow(peer)) {
      throw new TraceError("ERR_HANDSHAKE", `process ${peer.pid} of user ${peer.uid} may not connect`);
    }
    const sandbox = new ConnectedSandbox(connection, this.#options.arch, peer, version);
    const connected = { sandbox, malformed: new MalformedReport(), drops: 0 };
    this.#connected.set(connection, connected);
    return connected;
  }

  /** The peer of a connection that waits no longer: its handshake is there, or it is to go. */
  #takeWaiting(connection: number): Peer {
    const peer = this.peerOf(connection);
    this.#waiting.delete(connection);
    if (peer === undefined) throw new TraceError("ERR_HANDSHAKE", "a handshake came twice");
    return peer;
  }

  /** Who is waiting on `connection`. */
  peerOf(connection: number): Peer | undefined {
    return this.#waiting.get(connection)?.peer;
  }

  /** Forgets a connection; returns its sandbox, where it had shaken hands. */
  closed(connection: number): Connected | undefined {
    this.#waiting.delete(connection);
    const connected = this.#connected.get(connection);
    this.#connected.delete(connection);
    return connected;
  }

  /**
   * Takes out those whose time is up. What has been received waits in a pool of batches, a handshake maybe among it: so
   * a late peer is only taken out when the pool was found empty after its deadline, or has been emptied once since.
   */
  expire(now: number, poolEmpty: boolean): { connection: number; peer: Peer }[] {
    const expired: { connection: number; peer: Peer }[] = [];
    for (const [connection, waiting] of this.#waiting) {
      if (now < waiting.deadline) continue;
      if (!poolEmpty && waiting.grace-- > 0) continue;
      this.#waiting.delete(connection);
      expired.push({ connection, peer: waiting.peer });
    }
    return expired;
  }

  /** Milliseconds from `now` to the next deadline; `undefined` where nobody waits. */
  nextDeadline(now: number): number | undefined {
    let next: number | undefined;
    for (const { deadline } of this.#waiting.values()) next = Math.min(next ?? deadline, deadline);
    return next === undefined ? undefined : Math.max(0, next - now);
  }
}
