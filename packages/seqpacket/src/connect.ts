import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { loadAddon } from "./addon.ts";
import { type Connection, openConnection } from "./connection.ts";
import { checkPath } from "./options.ts";
import { socketError, systemError } from "./socket-error.ts";

/** How {@link connect} waits. */
export interface ConnectOptions {
  /** Milliseconds to wait for room in the listener's backlog. Default 10,000. */
  readonly timeoutMs?: number;
}

const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 20;

/**
 * Connects to a SOCK_SEQPACKET socket, waiting while the listener's backlog is full.
 *
 * @throws TraceError `ERR_SOCKET` where nothing listens or the wait is over, `ERR_INVALID_ARGUMENT`,
 * `ERR_ADDON_UNAVAILABLE`.
 *
 * @example
 * await using connection = await connect("/run/sentrytap.sock");
 * const answer = await connection.handshake(hello);
 * await connection.send(packet);
 */
export async function connect(path: string, options?: ConnectOptions): Promise<Connection> {
  const addon = loadAddon();
  checkPath(path);
  const deadline = performance.now() + (options?.timeoutMs ?? 10_000);
  // The kernel has no way to wait for room in a backlog but a blocking connect(), which nothing could cancel.
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const connection = openConnection(addon, path);
    if (connection !== undefined) return connection;
    if (performance.now() > deadline) {
      throw socketError(
        "ERR_SOCKET",
        `cannot connect to ${path}`,
        systemError("connect", constants.errno.EAGAIN),
        "; its backlog is full",
      );
    }
    await delay(pause);
  }
}
