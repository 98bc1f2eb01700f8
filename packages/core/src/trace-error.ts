/**
 * Every code that a {@link TraceError} can carry. Match on these, never on messages: codes are stable, messages are
 * for people. `docs/errors.md` says of each what causes it and what mends it.
 */
export type ErrorCode =
  /** An argument or option is out of its range or of the wrong shape. */
  | "ERR_INVALID_ARGUMENT"
  /** A frame, message or handshake that is not what the protocol says. */
  | "ERR_WIRE_MALFORMED"
  /** A packet is over the size limit and was skipped. */
  | "ERR_WIRE_TOO_LARGE"
  /** A trace file cannot be opened, read or written; `cause` has the errno. */
  | "ERR_TRACE_FILE"
  /** The file is no tracereplay file, or of a version that this library does not read. */
  | "ERR_TRACE_FILE_FORMAT"
  /** The trace file ends in the middle of a record; what was whole has been delivered. */
  | "ERR_TRACE_FILE_TRUNCATED"
  /** A record of the trace file is larger than the limit. */
  | "ERR_TRACE_FILE_RECORD_TOO_LARGE"
  /** A dump of procfs is none, or its file cannot be read. */
  | "ERR_PROCFS"
  /** The native addon is missing or does not load on this platform. */
  | "ERR_ADDON_UNAVAILABLE"
  /** A system call on a socket failed; `cause` has the errno. */
  | "ERR_SOCKET"
  /** Another process listens on the socket path. */
  | "ERR_SOCKET_IN_USE"
  /** The socket path is taken by something that is no socket. */
  | "ERR_SOCKET_PATH"
  /** The connection or file is closed. */
  | "ERR_CLOSED"
  /** The stream already has its one consumer. */
  | "ERR_STREAM_CONSUMED"
  /** The handshake failed. */
  | "ERR_HANDSHAKE"
  /** A worker thread ended on its own: its sandboxes are disconnected, and run on unwatched. */
  | "ERR_WORKER"
  /** Rules did not load; `message` lists every diagnostic. */
  | "ERR_RULES"
  /** Another program reads the session of a sandbox, which has but one. */
  | "ERR_SESSION_IN_USE"
  /** A source of container metadata cannot be asked, or its answer is of no use. */
  | "ERR_CONTAINER_SOURCE"
  /** A session file is none that gVisor takes, or cannot be read; `message` lists every error. */
  | "ERR_SESSION"
  /** A call of `runsc` failed; the error is a `RunscError` and its `reason` says why. */
  | "ERR_RUNSC"
  /** Docker's daemon.json is no JSON, or of another shape than Docker's; `message` has file, line and column. */
  | "ERR_DAEMON_JSON"
  /** A file cannot be installed or taken back: it cannot be written, is not of ours, or changed meanwhile. */
  | "ERR_INSTALL";

/** What {@link TraceError} is made of beside its message. */
export interface TraceErrorOptions {
  /** The error underneath, kept as it came. */
  readonly cause?: unknown;
}

const brand: unique symbol = Symbol.for("sentrytap.TraceError") as never;

/**
 * The one error class of Sentrytap. `code` says what happened and is stable; `message` says what was wrong, where, and
 * what to do; `cause` keeps the error underneath.
 *
 * `instanceof TraceError` also holds for errors of another installed copy of this package.
 *
 * @example
 * try {
 *   await createSentryServer({ path });
 * } catch (error) {
 *   if (error instanceof TraceError && error.code === "ERR_SOCKET_IN_USE") console.error("already running");
 *   else throw error;
 * }
 */
export class TraceError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: TraceErrorOptions) {
    super(message, options);
    this.name = "TraceError";
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }
}
