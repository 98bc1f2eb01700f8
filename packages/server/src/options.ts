import { TraceError } from "@sentrytap/core";
import type { Peer } from "@sentrytap/seqpacket";
import { type Architecture, hostArchitecture } from "@sentrytap/wire";

/** Options of {@link createSentryServer}. */
export interface SentryServerOptions {
  /** Where to listen: the `endpoint` of the Sentries' session. At most 107 bytes. */
  readonly path: string;
  /** Permission bits of the socket. Default 0o600: only the same user, and root, connect. */
  readonly mode?: number;
  /** CPU architecture of the sandboxes. Default: this machine's. */
  readonly arch?: Architecture;
  /** Sandboxes connected at once; one more is turned away. Default 4096. */
  readonly maxConnections?: number;
  /** Largest message, in bytes; larger ones are skipped and counted. Default 1 MiB. */
  readonly maxMessageSize?: number;
  /** Milliseconds that a peer may take for its handshake. Default 5000. */
  readonly handshakeTimeoutMs?: number;
  /**
   * Who may be watched: called with the process that connected, once its handshake is good. Where it returns `false`,
   * or throws, the connection is closed. Default: whoever can open the socket.
   */
  readonly allow?: (peer: Peer) => boolean;
  /** Closes the server when aborted, as {@link SentryServer.close} does. */
  readonly signal?: AbortSignal;
}

/** The options with their defaults. */
export type ResolvedOptions = Required<Omit<SentryServerOptions, "signal">> & {
  readonly signal: AbortSignal | undefined;
};

/** The longest that a timer of Node.js can wait. */
const longestMs = 2_147_483_647;

/** @throws {TraceError} `ERR_INVALID_ARGUMENT` where an option is out of its range. */
export function resolveOptions(options: SentryServerOptions): ResolvedOptions {
  const {
    path,
    mode = 0o600,
    arch = hostArchitecture,
    maxConnections = 4_096,
    maxMessageSize = 1_048_576,
    handshakeTimeoutMs = 5_000,
    allow = () => true,
    signal,
  } = options;
  check(typeof path === "string", "path must be a string", path);
  check(arch === "x64" || arch === "arm64", "arch must be x64 or arm64", arch);
  check(
    handshakeTimeoutMs > 0 && handshakeTimeoutMs <= longestMs,
    `handshakeTimeoutMs must be over 0 and at most ${longestMs}`,
    handshakeTimeoutMs,
  );
  check(typeof allow === "function", "allow must be a function", allow);
  return { path, mode, arch, maxConnections, maxMessageSize, handshakeTimeoutMs, allow, signal };
}

function check(good: boolean, demand: string, value: unknown): void {
  if (!good) throw new TraceError("ERR_INVALID_ARGUMENT", `${demand}, and is ${String(value)}`);
}
