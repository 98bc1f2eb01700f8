import type { SentryServer } from "@sentrytap/server";
import type { Tracker } from "@sentrytap/state";
import type { Departures } from "./departures.ts";
import type { Outbox } from "./outbox.ts";
import { postError } from "./posted-error.ts";
import type { PostedSandboxes } from "./posted-sandboxes.ts";

/** How the events of a server are told. */
export interface ServerPosting {
  readonly outbox: Outbox;
  readonly sandboxes: PostedSandboxes;
  /** Where the tables of a sandbox that is gone were. */
  readonly tracker: Tracker;
  /** Who knows when a sandbox that is gone has been judged; `undefined` where nothing waits. */
  readonly departures: Departures | undefined;
}

/** Tells the main thread of the events of a worker's server. */
export function postServer(
  server: SentryServer,
  { outbox, sandboxes, tracker, departures }: ServerPosting,
): void {
  server.on("connect", (sandbox) => outbox.add({ kind: "connect", sandbox: sandboxes.add(sandbox) }));
  server.on("disconnect", (sandbox, disconnection) => {
    const tell = (): void => {
      const tables = tracker.stats(sandbox);
      outbox.add({ kind: "disconnect", now: sandboxes.now(sandbox), disconnection, tables });
    };
    if (departures === undefined) tell();
    else departures.gone(sandbox, tell);
  });
  server.on("drop", (sandbox, { dropped }) =>
    outbox.add({ kind: "drop", now: sandboxes.now(sandbox), dropped }),
  );
  server.on("malformed", (sandbox, { count, error }) =>
    outbox.add({ kind: "malformed", now: sandboxes.now(sandbox), count, error: postError(error) }),
  );
  server.on("error", (error, peer) => outbox.add({ kind: "error", error: postError(error), peer }));
}
