import { TraceError } from "@sentrytap/core";
import type { Listener } from "./listener.ts";
import { openListener, type ReadOptions } from "./open-listener.ts";
import { checkInteger } from "./options.ts";
import { type SystemError, socketError } from "./socket-error.ts";
import type { Share } from "./spread.ts";

/** What {@link take} takes, and how it is read. */
export interface TakeOptions extends ReadOptions {
  /** From `share()` of a spread, in whatever thread of this process. Each can be taken once. */
  readonly share: Share;
}

/** The largest descriptor. */
const maxDescriptor = 2 ** 31 - 1;

/**
 * Takes connections that a spread hands over, and reads them with a thread of its own, as `listen` does: first packets are
 * answered on it, and no packet meets another taker's thread. Once the spread is closed, this is too: what the sockets still
 * hold is read, then `next` says undefined.
 *
 * @throws TraceError `ERR_CLOSED` where the share was taken before or the spread is closed, `ERR_SOCKET` where a system call
 * fails, `ERR_INVALID_ARGUMENT`, and `ERR_ADDON_UNAVAILABLE` on an unsupported machine.
 *
 * @example
 * await using listener = take({ share: workerData, answer });
 * for (let batch = await listener.next(); batch !== undefined; batch = await listener.next()) handle(batch);
 */
export function take(options: TakeOptions): Listener {
  const { path, descriptor, inode, maxConnections } = options.share;
  const origin = Uint32Array.of(
    checkInteger("share.descriptor", descriptor, 0, maxDescriptor),
    checkInteger("share.inode", inode, 0, 2 ** 32 - 1),
  );
  const limit = checkInteger("share.maxConnections", maxConnections, 1, 1_048_576);
  return openListener(origin, path, [0, 0, limit], options, (cause) => takeError(path, cause));
}

function takeError(path: string, cause: SystemError): TraceError {
  if (cause.code !== "EBADF") return socketError("ERR_SOCKET", `cannot take connections of ${path}`, cause);
  const why = "this share was taken before, or its spread is closed: each taker needs one of its own";
  return new TraceError("ERR_CLOSED", `cannot take connections of ${path}: ${why}`, { cause });
}
