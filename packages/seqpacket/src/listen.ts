import { TraceError } from "@sentrytap/core";
import { type Addon, type Handle, loadAddon } from "./addon.ts";
import { createListener, type Listener } from "./listener.ts";
import { checkInteger, checkPath } from "./options.ts";
import { causeOf, socketError } from "./socket-error.ts";

/** Where and how {@link listen} listens. */
export interface ListenOptions {
  /** The path of the socket, at most 107 bytes. Nothing may be there yet. */
  readonly path: string;
  /**
   * What the first packet of every connection is answered with, on the reader thread and before JavaScript sees it.
   * Default: no answer.
   */
  readonly answer?: Uint8Array;
  /** The permission bits of the socket's file, whatever the umask. Default 0o600: the same user only. */
  readonly mode?: number;
  /** Connections that may wait to be accepted. The kernel's net.core.somaxconn bounds it too. Default 1024. */
  readonly backlog?: number;
  /** Connections open at the same time, including closed ones whose end has not been taken. Default 4096. */
  readonly maxConnections?: number;
  /** Bytes of the largest packet; larger ones are reported as truncated. Default 1,048,576. */
  readonly maxPacketSize?: number;
  /** Bytes of the largest first packet. Default 10,240. */
  readonly maxHandshakeSize?: number;
  /** Slabs of the pool that received packets wait in. Default 8. */
  readonly slabCount?: number;
  /** Bytes of a slab, at least `maxPacketSize`. Default 1,048,576, or `maxPacketSize` where that is more. */
  readonly slabSize?: number;
  /** Milliseconds that packets gather under load before they make a batch. Default 1; 0 does not gather. */
  readonly gatherMs?: number;
}

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
  const answer = options.answer ?? new Uint8Array();
  if (options.answer?.length === 0) {
    throw new TraceError("ERR_INVALID_ARGUMENT", "answer is empty: leave it out to answer nothing");
  }
  const maxPacketSize = checkInteger("maxPacketSize", options.maxPacketSize ?? MIB, 1, 16 * MIB);
  const slabSize = options.slabSize ?? Math.max(MIB, maxPacketSize);
  // In the order that native/listener.c reads.
  const words = Uint32Array.of(
    checkInteger("mode", options.mode ?? 0o600, 0, 0o777),
    checkInteger("backlog", options.backlog ?? 1024, 0, 65_535),
    checkInteger("maxConnections", options.maxConnections ?? 4096, 1, 1_048_576),
    maxPacketSize,
    checkInteger("maxHandshakeSize", options.maxHandshakeSize ?? 10 * KIB, 1, MIB),
    checkInteger("slabCount", options.slabCount ?? 8, 1, 1024),
    checkInteger("slabSize", slabSize, maxPacketSize, 256 * MIB),
    checkInteger("gatherMs", options.gatherMs ?? 1, 0, 1000),
  );
  const addon = loadAddon();
  return createListener(addon, path, (wake) => open(addon, path, words, answer, wake));
}

function open(addon: Addon, path: string, words: Uint32Array, answer: Uint8Array, wake: () => void): Handle {
  try {
    return addon.listen(path, words, answer, wake);
  } catch (error) {
    const cause = causeOf(error);
    if (cause === undefined) throw error;
    const what = `cannot listen on ${path}`;
    if (cause.code === "EADDRINUSE") {
      throw socketError(
        "ERR_SOCKET_IN_USE",
        what,
        cause,
        "; another process listens there, or did and left the file behind",
      );
    }
    throw socketError("ERR_SOCKET", what, cause);
  }
}
