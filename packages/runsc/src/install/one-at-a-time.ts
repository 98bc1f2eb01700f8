import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { TraceError } from "@sentrytap/core";
import { isErrno } from "../is-errno.ts";
import { hashOf } from "./hash-of.ts";
import { installError } from "./install-error.ts";

/** How long another run may take, in milliseconds: each takes a fraction of a second. */
const waitMs = 10_000;

/**
 * Does `work` while no other process does such of the same `path`, so that of two that install at once neither undoes what
 * the other did. What is held is an abstract socket: with its process it is gone, however that ends.
 *
 * @throws {TraceError} `ERR_INSTALL` where another has not ended within ten seconds.
 */
export async function oneAtATime<T>(path: string, work: () => Promise<T>): Promise<T> {
  const name = `\0sentrytap-install-${hashOf(path)}`;
  const release = await hold(name, path);
  try {
    return await work();
  } finally {
    release();
  }
}

async function hold(name: string, path: string): Promise<() => void> {
  for (const until = performance.now() + waitMs; performance.now() < until; await sleep(50)) {
    const release = await tryToHold(name);
    if (release !== undefined) return release;
  }
  throw new TraceError(
    "ERR_INSTALL",
    `another process has been changing ${path} for ${waitMs / 1000} seconds: let it end, and run the command again`,
  );
}

/** `undefined` where another has it. */
function tryToHold(name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.once("error", (error) => {
      if (isErrno(error, "EADDRINUSE")) resolve(undefined);
      else reject(installError(error, "whether another run is at work cannot be told"));
    });
    server.listen(name, () => resolve(() => server.close()));
  });
}
