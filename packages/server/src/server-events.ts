import type { TraceError } from "@sentrytap/core";
import type { Peer } from "@sentrytap/seqpacket";
import type { Sandbox } from "./sandbox.ts";

/** How a connection ended. */
export interface Disconnection {
  /** The errno of a connection that broke; `undefined` where it was closed in order. */
  readonly errno: number | undefined;
}

/** Points that a Sentry dropped, counted since the last such event. */
export interface Drop {
  readonly dropped: number;
}

/** Packets of a sandbox that could not be used, counted since the last such event. */
export interface Malformed {
  /** How many; at most one event a second tells of them. */
  readonly count: number;
  /** What is wrong with the last of them: `ERR_WIRE_MALFORMED` or `ERR_WIRE_TOO_LARGE`. */
  readonly error: TraceError;
}

/** The lifecycle events of a server, with their listeners. They fire as the stream is read, in its order. */
export interface SentryServerEvents {
  /** A sandbox has shaken hands; before its first message. */
  connect: (sandbox: Sandbox) => void;
  /** A sandbox is gone, or the stream has ended; after its last message. */
  disconnect: (sandbox: Sandbox, disconnection: Disconnection) => void;
  /** A Sentry said that it dropped points: events are missing. At most once a second for each sandbox. */
  drop: (sandbox: Sandbox, drop: Drop) => void;
  /** Packets of a sandbox did not decode, or were too large. The stream goes on. */
  malformed: (sandbox: Sandbox, malformed: Malformed) => void;
  /**
   * A peer was turned away: no handshake in time, a bad one, or not allowed. Without `peer`: how many were, since the
   * last such event, because there were too many; at most once a second. Code `ERR_HANDSHAKE`.
   */
  error: (error: TraceError, peer: Peer | undefined) => void;
}
