import { TraceError } from "@sentrytap/core";
import { loadAddon } from "./addon.ts";
import { createListener, type Listener } from "./listener.ts";
import { checkInteger, checkPath } from "./options.ts";
import { causeOf, type SystemError, socketError } from "./socket-error.ts";

/** How connections are read, by {@link listen} and `take`. */
export interface ReadOptions {
  /**
   * What the first packet of every connection is answered with, on the reader thread and before JavaScript sees it.
   * Default: no answer.
   */
  readonly answer?: Uint8Array;
  /** Bytes of the largest packet; larger ones are reported as truncated. Default 1,048,576. */
  readonly maxPacketSize?: number;
  /** Bytes of the largest first packet. Default 10,240. */
  readonly maxHandshakeSize?: number;
  /** Slabs of the pool that received packets wait in. Default 8. */
  readonly slabCount?: number;
  /** Bytes of a slab, at least `maxPacketSize`. Default 1,048,576, or `maxPacketSize` where that is more. */
  readonly slabSize?: number;
  /** Milliseconds that packets gather into a batch, where more than four come in one. Default 1; 0 does not gather. */
  readonly gatherMs?: number;
}

/** A socket to listen at. */
export interface SocketOptions {
  /** The path of the socket, at most 107 bytes. Nothing may be there yet. */
  readonly path: string;
  /** The permission bits of the socket's file, whatever the umask. Default 0o600: the same user only. */
  readonly mode?: number;
  /** Connections that may wait to be accepted. The kernel's net.core.somaxconn bounds it too. Default 1024. */
  readonly backlog?: number;
  /** Connections open at the same time, including closed ones whose end has not been taken. Default 4096. */
  readonly maxConnections?: number;
}

/** Where and how {@link listen} listens. */
export interface ListenOptions extends SocketOptions, ReadOptions {}

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Listens on a SOCK_SEQPACKET socket, with a reader thread of its own, and accepts from the moment it returns.
 *
 * The thread keeps reading while JavaScript is busy, into a pool of fixed size. When that is full it stops reading
 * established connections, so that the kernel pushes back on the peers, but still accepts and answers new ones.
 *
 * @throws TraceError `ERR_SOCKET_IN_USE` where something is at the path, `ERR_SOCKET` where a system call fails,
 * `ERR_INVALID_ARGUMENT`, and `ERR_ADDON_UNAVAILABLE` by the first call on an unsupported machine.
 *
 * @example
 * await using listener = listen({ path: "/run/sentrytap.sock", answer });
 * for (let batch = await listener.next(); batch !== undefined; batch = await listener.next()) handle(batch);
 */
export function listen(options: ListenOptions): Listener {
  const path = checkPath(options.path);
  const socket = socketWords(options);
  return open(path, path, socket, options, (cause) => listenError(path, cause));
}

/** Mode, backlog and the limit of connections, checked; in the order that native/listener.c and native/spread.c read. */
export function socketWords(
  options: SocketOptions,
): readonly [mode: number, backlog: number, connections: number] {
  return [
    checkInteger("mode", options.mode ?? 0o600, 0, 0o777),
    checkInteger("backlog", options.backlog ?? 1024, 0, 65_535),
    checkInteger("maxConnections", options.maxConnections ?? 4096, 1, 1_048_576),
  ];
}

/** A listener on what `origin` gives; `fault` makes the error of a failed system call. */
export function open(
  origin: string | Uint32Array,
  path: string,
  socket: ReturnType<typeof socketWords>,
  options: ReadOptions,
  fault: (cause: SystemError) => TraceError,
): Listener {
  const answer = options.answer ?? new Uint8Array();
  if (options.answer?.length === 0) {
    throw new TraceError("ERR_INVALID_ARGUMENT", "answer is empty: leave it out to answer nothing");
  }
  const maxPacketSize = checkInteger("maxPacketSize", options.maxPacketSize ?? MIB, 1, 16 * MIB);
  const slabSize = options.slabSize ?? Math.max(MIB, maxPacketSize);
  // In the order that native/listener.c reads.
  const words = Uint32Array.of(
    ...socket,
    maxPacketSize,
    checkInteger("maxHandshakeSize", options.maxHandshakeSize ?? 10 * KIB, 1, MIB),
    checkInteger("slabCount", options.slabCount ?? 8, 1, 1024),
    checkInteger("slabSize", slabSize, maxPacketSize, 256 * MIB),
    checkInteger("gatherMs", options.gatherMs ?? 1, 0, 1000),
  );
  const addon = loadAddon();
  return createListener(addon, path, (wake) =>
    carefully(() => addon.listen(origin, words, answer, wake), fault),
  );
}

/** What `call` returns; where a system call fails in it, throws what `fault` makes of that. */
export function carefully<T>(call: () => T, fault: (cause: SystemError) => TraceError): T {
  try {
    return call();
  } catch (error) {
    const cause = causeOf(error);
    throw cause === undefined ? error : fault(cause);
  }
}

/** Why nobody listens at `path`. */
export function listenError(path: string, cause: SystemError): TraceError {
  const what = `cannot listen on ${path}`;
  if (cause.code !== "EADDRINUSE") return socketError("ERR_SOCKET", what, cause);
  const mend = "; another process listens there, or did and left the file behind";
  return socketError("ERR_SOCKET_IN_USE", what, cause, mend);
}
