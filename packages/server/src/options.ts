import { TraceError } from "@sentrytap/core";
import type { Peer, Share } from "@sentrytap/seqpacket";
import { type Architecture, hostArchitecture } from "@sentrytap/wire";

/** Where a server, or a spread, listens. */
export interface SocketOptions {
  /** Where to listen: the `endpoint` of the Sentries' session. At most 107 bytes. */
  readonly path: string;
  /** Permission bits of the socket. Default 0o600: only the same user, and root, connect. */
  readonly mode?: number;
  /** Sandboxes connected at once; one more is turned away. Default 4096. */
  readonly maxConnections?: number;
}

/** How a server judges and reads who has connected. */
export interface ReadingOptions {
  /** CPU architecture of the sandboxes. Default: this machine's. */
  readonly arch?: Architecture;
  /** Largest message, in bytes; larger ones are skipped and counted. At most 16 MiB, default 1 MiB. */
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

/** Options of {@link createSentryServer} for a socket of its own. */
export interface SentryServerOptions extends SocketOptions, ReadingOptions {}

/** Options of {@link createSentryServer} for a share of the sandboxes of a {@link SandboxSpread}. */
export interface SharedServerOptions extends ReadingOptions {
  /** From `share()` of the spread: plain data, as `workerData` and messages carry it. */
  readonly share: Share;
}

/** The options with their defaults. */
export type ResolvedOptions = Required<Omit<ReadingOptions, "signal">> & {
  readonly origin: Share | Required<SocketOptions>;
  readonly signal: AbortSignal | undefined;
};

/** The longest that a timer of Node.js can wait. */
const longestMs = 2_147_483_647;

/** The largest packet that the transport takes. */
const largest = 16 * 1_048_576;

/** @throws {TraceError} `ERR_INVALID_ARGUMENT` where an option is out of its range. */
export function resolveOptions(options: SentryServerOptions | SharedServerOptions): ResolvedOptions {
  const {
    arch = hostArchitecture,
    maxMessageSize = 1_048_576,
    handshakeTimeoutMs = 5_000,
    allow = () => true,
    signal,
  } = options;
  check(arch === "x64" || arch === "arm64", "arch must be x64 or arm64", arch);
  check(
    Number.isInteger(maxMessageSize) && maxMessageSize > 0 && maxMessageSize <= largest,
    `maxMessageSize must be a whole number from 1 to ${largest}`,
    maxMessageSize,
  );
  check(
    handshakeTimeoutMs > 0 && handshakeTimeoutMs <= longestMs,
    `handshakeTimeoutMs must be over 0 and at most ${longestMs}`,
    handshakeTimeoutMs,
  );
  check(typeof allow === "function", "allow must be a function", allow);
  const origin = "share" in options ? resolveShare(options) : resolveSocket(options);
  return { origin, arch, maxMessageSize, handshakeTimeoutMs, allow, signal };
}

/** Numbers in it are checked where it is taken. */
function resolveShare({ share }: SharedServerOptions): Share {
  const good = typeof share === "object" && typeof share?.path === "string";
  check(good, "share must be what share() of a spread has returned", share);
  return share;
}

/** @throws {TraceError} `ERR_INVALID_ARGUMENT` where the path is none. */
export function resolveSocket({
  path,
  mode = 0o600,
  maxConnections = 4_096,
}: SocketOptions): Required<SocketOptions> {
  check(typeof path === "string", "path must be a string", path);
  return { path, mode, maxConnections };
}

function check(good: boolean, demand: string, value: unknown): void {
  if (!good) throw new TraceError("ERR_INVALID_ARGUMENT", `${demand}, and is ${String(value)}`);
}
