import type { Listener } from "./listener.ts";
import { openListener, type ReadOptions } from "./open-listener.ts";
import { checkPath } from "./options.ts";
import { listenError, type SocketOptions, socketWords } from "./socket-options.ts";

/** Where and how {@link listen} listens. */
export interface ListenOptions extends SocketOptions, ReadOptions {}

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
  return openListener(path, path, socket, options, (cause) => listenError(path, cause));
}
