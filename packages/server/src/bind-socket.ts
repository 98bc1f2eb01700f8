import { lstat, unlink } from "node:fs/promises";
import { TraceError } from "@sentrytap/core";
import { connect, type Listener, type ListenOptions, listen } from "@sentrytap/seqpacket";

/** A listener, and the way to take its file off again. */
export interface BoundSocket {
  readonly listener: Listener;
  /** Removes the socket's file, unless somebody else has put another in its place. */
  release(): Promise<void>;
}

/** How often a path is tried that changes under our hands. */
const attempts = 3;

/**
 * Listens at `options.path`, taking the place of a socket that nobody listens on any more.
 *
 * @throws {TraceError} `ERR_SOCKET_IN_USE` where somebody does, `ERR_SOCKET_PATH` where the path is no socket;
 * otherwise as `listen` of `@sentrytap/seqpacket`.
 */
export async function bindSocket(options: ListenOptions): Promise<BoundSocket> {
  for (let attempt = 1; ; attempt++) {
    try {
      const listener = listen(options);
      return { listener, release: await releaser(options.path) };
    } catch (error) {
      if (!(error instanceof TraceError) || error.code !== "ERR_SOCKET_IN_USE" || attempt === attempts)
        throw error;
      await removeStale(options.path, error);
    }
  }
}

async function releaser(path: string): Promise<() => Promise<void>> {
  const ours = await identity(path);
  return async () => {
    if (ours !== undefined && (await identity(path)) === ours) await unlink(path);
  };
}

/** Removes a socket that refuses connections; throws `inUse` where one answers. */
async function removeStale(path: string, inUse: TraceError): Promise<void> {
  const before = await identity(path);
  if (before === undefined) return;
  if (!(await lstat(path)).isSocket()) {
    throw new TraceError(
      "ERR_SOCKET_PATH",
      `${path} exists and is no socket: it is left alone, choose another path`,
    );
  }
  if (!(await refuses(path))) throw inUse;
  if ((await identity(path)) === before) await unlink(path);
}

async function refuses(path: string): Promise<boolean> {
  try {
    const probe = await connect(path, { timeoutMs: 0 });
    await probe.close();
    return false;
  } catch (error) {
    return error instanceof TraceError && codeOf(error.cause) === "ECONNREFUSED";
  }
}

function codeOf(cause: unknown): unknown {
  return typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
}

/** What tells this file from another at the same path; `undefined` where there is none. */
async function identity(path: string): Promise<string | undefined> {
  try {
    const { dev, ino, birthtimeNs } = await lstat(path, { bigint: true });
    return `${dev}:${ino}:${birthtimeNs}`;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
