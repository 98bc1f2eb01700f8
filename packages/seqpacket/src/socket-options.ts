import type { TraceError } from "@sentrytap/core";
import { checkInteger } from "./options.ts";
import { type SystemError, socketError } from "./socket-error.ts";

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

/** Why nobody listens at `path`. */
export function listenError(path: string, cause: SystemError): TraceError {
  const what = `cannot listen on ${path}`;
  if (cause.code !== "EADDRINUSE") return socketError("ERR_SOCKET", what, cause);
  const mend = "; another process listens there, or did and left the file behind";
  return socketError("ERR_SOCKET_IN_USE", what, cause, mend);
}
