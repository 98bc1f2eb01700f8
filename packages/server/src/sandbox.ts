import type { Peer } from "@sentrytap/seqpacket";
import type { Architecture, TracedSandbox } from "@sentrytap/wire";

/** What has come from one sandbox so far. */
export interface SandboxCounters {
  /** Messages decoded, of known type or not. */
  readonly messages: number;
  /** Bytes of all its packets. */
  readonly bytes: number;
  /** Packets that did not decode. */
  readonly malformed: number;
  /** Packets over the size limit, skipped unread. */
  readonly truncated: number;
  /** Points that the Sentry dropped, by its own count. */
  readonly dropped: number;
}

/** One connected sandbox: one Sentry, one connection. */
export interface Sandbox extends TracedSandbox {
  /** The id of its first container once a message named it; before that `connection-N`. */
  readonly id: string;
  /** Whether {@link id} is a container's. */
  readonly identified: boolean;
  /** The process that connected: `runsc`, which hands the connection to the Sentry. Read while it waited, so trusted. */
  readonly peer: Peer;
  /** The protocol version that it spoke. */
  readonly version: number;
  /** When the handshake was seen. */
  readonly connectedAt: Date;
  readonly counters: SandboxCounters;
}

/** Longest container id that is believed: those of OCI runtimes have 64 characters. */
const maxIdLength = 256;

/** The server's own side of a {@link Sandbox}. */
export class ConnectedSandbox implements Sandbox {
  id: string;
  identified = false;
  readonly arch: Architecture;
  readonly peer: Peer;
  readonly version: number;
  readonly connectedAt: Date = new Date();
  readonly counters: { -readonly [Key in keyof SandboxCounters]: SandboxCounters[Key] };
  #lastDropped = 0;

  constructor(connection: number, arch: Architecture, peer: Peer, version: number) {
    this.id = `connection-${connection}`;
    this.arch = arch;
    this.peer = peer;
    this.version = version;
    this.counters = { messages: 0, bytes: 0, malformed: 0, truncated: 0, dropped: 0 };
  }

  /** Takes the first container id for the sandbox's. */
  identify(containerId: string): void {
    if (containerId === "" || containerId.length > maxIdLength) return;
    this.id = containerId;
    this.identified = true;
  }

  /**
   * Takes in a header's cumulative count, which wraps at 2^32; returns how many more are dropped than before. Two
   * threads of a Sentry can send their counts in the wrong order: a step back is none.
   */
  countDropped(cumulative: number): number {
    const step = (cumulative - this.#lastDropped) | 0;
    if (step <= 0) return 0;
    this.#lastDropped = cumulative;
    this.counters.dropped += step;
    return step;
  }
}
