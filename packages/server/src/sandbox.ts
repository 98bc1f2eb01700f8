import type { Peer } from "@sentrytap/seqpacket";
import type { Architecture, Message, TracedSandbox } from "@sentrytap/wire";

/** What has come from one sandbox so far. */
export interface SandboxCounters {
  /** Messages decoded, of known type or not. */
  readonly messages: number;
  /** Bytes of its packets, without those over the size limit. */
  readonly bytes: number;
  /** Packets that did not decode. */
  readonly malformed: number;
  /** Packets over the size limit, skipped unread. */
  readonly truncated: number;
  /** Points that the Sentry dropped, by its own count. */
  readonly dropped: number;
}

/** Counters to count with. */
export type MutableCounters = { -readonly [Key in keyof SandboxCounters]: SandboxCounters[Key] };

export function noCounters(): MutableCounters {
  return { messages: 0, bytes: 0, malformed: 0, truncated: 0, dropped: 0 };
}

export function addCounters(sum: MutableCounters, counters: SandboxCounters): void {
  sum.messages += counters.messages;
  sum.bytes += counters.bytes;
  sum.malformed += counters.malformed;
  sum.truncated += counters.truncated;
  sum.dropped += counters.dropped;
}

/** One connected sandbox: one Sentry, one connection. */
export interface Sandbox extends TracedSandbox {
  /**
   * The id of its first container once a message named it; before that `connection-N`. It is what the Sentry says, and a
   * Sentry is not trusted: where it matters, compare {@link peer}'s command line.
   */
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

/** Ids are printed, to terminals and logs, where such characters could forge lines. */
const controls = /\p{Control}/u;

/** The server's own side of a {@link Sandbox}. */
export class ConnectedSandbox implements Sandbox {
  id: string;
  identified = false;
  readonly arch: Architecture;
  readonly peer: Peer;
  readonly version: number;
  readonly connectedAt: Date = new Date();
  readonly counters: MutableCounters = noCounters();
  #lastDropped = 0;

  constructor(connection: number, arch: Architecture, peer: Peer, version: number) {
    this.id = `connection-${connection}`;
    this.arch = arch;
    this.peer = peer;
    this.version = version;
  }

  /** Takes the first container id for the sandbox's. */
  identify(message: Message): void {
    if (message.messageName === "MESSAGE_UNKNOWN") return;
    const started = message.messageName === "MESSAGE_CONTAINER_START" ? message.id : "";
    const id = started !== "" ? started : (message.contextData?.containerId ?? "");
    if (id === "" || id.length > maxIdLength || controls.test(id)) return;
    this.id = id;
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

/**
 * Whether `sandbox`, of a message, an event or an alert, is a live connection to a server: then its `peer` says who it
 * is in words that can be trusted, and it has counters. Otherwise it is a recording.
 *
 * @example
 * if (isConnected(alert.sandbox)) console.log(alert.sandbox.peer.cmdline);
 */
export function isConnected(sandbox: TracedSandbox): sandbox is Sandbox {
  return sandbox instanceof ConnectedSandbox;
}
