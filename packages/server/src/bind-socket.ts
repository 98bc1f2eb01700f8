import { type BigIntStats, closeSync, lstatSync, openSync, unlinkSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { TraceError } from "@sentrytap/core";
import { connect } from "@sentrytap/seqpacket";

/** What listens, and the way to take its file off again. */
export interface BoundSocket<Listening> {
  readonly listening: Listening;
  /** Removes the socket's file, unless somebody else has put another in its place. */
  release(): void;
}

/** How often a path is tried that changes under our hands. */
const attempts = 5;

/** Another server may be between its bind and its listen, when nobody can connect yet: a stale socket refuses longer. */
const settleMs = 50;

/** A lock is held for less than a millisecond: an old one is that of a process that died with it. */
const abandonedMs = 10_000;

/**
 * Listens at `path` by way of `listen`, taking the place of a socket that nobody listens on any more.
 *
 * @throws {TraceError} `ERR_SOCKET_IN_USE` where somebody does, `ERR_SOCKET_PATH` where the path is no socket;
 * otherwise what `listen` throws.
 */
export async function bindSocket<Listening>(
  path: string,
  listen: () => Listening,
): Promise<BoundSocket<Listening>> {
  for (let attempt = 1; ; attempt++) {
    try {
      const listening = listen();
      const ours = identity(path);
      return { listening, release: () => removeOurs(path, ours) };
    } catch (error) {
      if (!(error instanceof TraceError) || error.code !== "ERR_SOCKET_IN_USE" || attempt === attempts)
        throw error;
      const stale = await findStale(path);
      if (stale !== undefined) removeStale(path, stale);
    }
  }
}

/** The identity of a socket that refuses connections; `undefined` where the path has become free. */
async function findStale(path: string): Promise<string | undefined> {
  const found = look(path);
  if (found === undefined) return undefined;
  if (!found.isSocket()) {
    throw new TraceError(
      "ERR_SOCKET_PATH",
      `${path} exists and is no socket: it is left alone, choose another path`,
    );
  }
  for (const pause of [0, settleMs]) {
    await delay(pause);
    const failure = await probe(path);
    if (failure === "ENOENT") return undefined;
    if (failure !== "ECONNREFUSED") throw inUse(path, failure);
  }
  return identityOf(found);
}

function inUse(path: string, failure: unknown): TraceError {
  const why =
    failure === "EACCES" || failure === "EPERM"
      ? "is another user's: run as that user, or choose another path"
      : "has somebody listening: stop that one, or choose another path";
  return new TraceError("ERR_SOCKET_IN_USE", `the socket ${path} ${why}`);
}

/** Connects and hangs up; the code of the error where that fails. */
async function probe(path: string): Promise<unknown> {
  try {
    await (await connect(path, { timeoutMs: 0 })).close();
    return undefined;
  } catch (error) {
    return error instanceof TraceError ? codeOf(error.cause) : error;
  }
}

/**
 * Removes the stale socket and no other. Another server that starts now may just have done so and have bound its own:
 * hence only one looks and removes at a time, for which it makes a file beside the socket.
 */
function removeStale(path: string, stale: string): void {
  const lock = `${path}.lock`;
  try {
    closeSync(openSync(lock, "wx", 0o600));
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw failure(`cannot replace the stale socket ${path}`, error);
    const made = look(lock)?.mtimeMs ?? 0n;
    if (Date.now() - Number(made) > abandonedMs) unlinkIfThere(lock);
    return;
  }
  try {
    if (identity(path) === stale) unlinkIfThere(path);
  } finally {
    unlinkIfThere(lock);
  }
}

function removeOurs(path: string, ours: string | undefined): void {
  if (ours !== undefined && identity(path) === ours) unlinkIfThere(path);
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw failure(`cannot remove ${path}`, error);
  }
}

/** What tells this file from another at the same path; `undefined` where there is none. */
function identity(path: string): string | undefined {
  const found = look(path);
  return found === undefined ? undefined : identityOf(found);
}

// File systems give a number out again at once, hence the time of birth.
function identityOf({ dev, ino, birthtimeNs }: BigIntStats): string {
  return `${dev}:${ino}:${birthtimeNs}`;
}

function look(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    return undefined; // not there, or not for us to see
  }
}

function failure(what: string, cause: unknown): TraceError {
  return new TraceError("ERR_SOCKET", `${what}: ${String(codeOf(cause))}`, { cause });
}

function codeOf(cause: unknown): unknown {
  return typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
}
