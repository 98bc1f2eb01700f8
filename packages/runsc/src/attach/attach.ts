import { resolve } from "node:path";
import { TraceError } from "@sentrytap/core";
import type { Tracker } from "@sentrytap/state";
import { type SessionOptions, sessionConfig } from "../session-config.ts";
import { Attacher } from "./attacher.ts";
import type { Attachment } from "./attachment.ts";
import type { ConnectedSandbox } from "./connections.ts";
import { createFinder, type FindOptions } from "./find-sandboxes.ts";

/** What {@link attach} needs of a server; a `SentryServer` of `@sentrytap/server` is one. */
export interface AttachServer {
  readonly path: string;
  on(event: "connect" | "disconnect", listener: SandboxListener): unknown;
  off(event: "connect" | "disconnect", listener: SandboxListener): unknown;
  stats(): { readonly sandboxes: readonly ConnectedSandbox[] };
}

/** Is called with a sandbox, whatever else its event has. */
export type SandboxListener = (sandbox: ConnectedSandbox, ...more: readonly unknown[]) => void;

/** Options of {@link attach}: where to look, what sessions ask for, and these. */
export interface AttachOptions extends FindOptions, Omit<SessionOptions, "endpoint"> {
  /** Where sandboxes are to connect. Its stream must be read. */
  readonly server: AttachServer;
  /**
   * Is told what ran in a sandbox before its session. Default: none, and sandboxes are not asked for it.
   *
   * To ask is not quite safe: gVisor, up to the sources of August 2026, crashes with the whole sandbox where a process ends in the
   * very microseconds in which its entry is made. With the release of 2022 it was seen once in some thousand times, of sandboxes that
   * started and ended hundreds of processes a second.
   */
  readonly tracker?: Pick<Tracker, "seed">;
  /** How often running sandboxes are looked for, in milliseconds. Default 5,000. */
  readonly lookEveryMs?: number;
  /** How long the messages of a sandbox wait at most for what ran before, in milliseconds. Default 5,000. */
  readonly seedTimeoutMs?: number;
  /** Whether sessions are replaced that other programs read. Default false: to find one is a failure. */
  readonly takeOver?: boolean;
}

/** Timers of Node.js wait no longer. */
const longestMs = 2_147_483_647;

/**
 * Has every running sandbox connect to the server, now and from now on. Those that do so by themselves (`--pod-init-config`) are left
 * as they are. All others are given a session, in place of one whose reader is gone, too: so all come back after a crash or restart
 * of ours. They are looked for again and again, and nothing runs unseen for long.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where an option is out of its range; `ERR_RUNSC` where no program is given and none
 * is found.
 *
 * @example
 * const tracker = createTracker();
 * await using server = await createSentryServer({ path: "/run/sentrytap.sock" });
 * await using attachment = attach({ server, tracker });
 * for await (const alert of detect(server, { tracker, waitFor: [attachment.ready] })) console.log(alert.output);
 */
export function attach(options: AttachOptions): Attachment {
  const { server, tracker, takeOver = false, lookEveryMs = 5_000, seedTimeoutMs = 5_000 } = options;
  checkMs("lookEveryMs", lookEveryMs);
  checkMs("seedTimeoutMs", seedTimeoutMs);
  const session = sessionConfig({ ...options, endpoint: resolve(server.path) });
  const find = createFinder(options);
  return new Attacher({ server, tracker, session, takeOver, find, lookEveryMs, seedTimeoutMs });
}

function checkMs(name: string, value: number): void {
  if (value > 0 && value <= longestMs) return;
  throw new TraceError(
    "ERR_INVALID_ARGUMENT",
    `${name} must be over 0 and at most ${longestMs}, and is ${value}`,
  );
}
