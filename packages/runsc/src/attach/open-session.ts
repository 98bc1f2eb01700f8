import { TraceError } from "@sentrytap/core";
import type { TraceSessionConfig } from "../trace-session-config.ts";
import { type Consumer, consumerOf } from "./consumer.ts";
import type { FoundSandbox } from "./find-sandboxes.ts";

/** Options of {@link openSession}. */
export interface OpenSessionOptions {
  /** Whether a session that somebody reads is replaced, too. Default false. */
  readonly takeOver?: boolean;
}

/** Whose session had to make room: of one who was `alive`, who is `gone`, or of whom that is `unknown`. */
export type Replaced = Exclude<Consumer, "none">;

/**
 * Gives a sandbox that runs the session: in place of one that nobody reads, where it has one. Says what it replaced; `undefined` for
 * nothing.
 *
 * @throws {TraceError} `ERR_SESSION_IN_USE` where somebody reads the session that it has; `ERR_RUNSC`.
 */
export async function openSession(
  { root, id, pid, runsc }: FoundSandbox,
  session: TraceSessionConfig,
  { takeOver = false }: OpenSessionOptions = {},
  look: (pid: number) => Promise<Consumer> = consumerOf,
): Promise<Replaced | undefined> {
  const consumer = await look(pid);
  const exists = consumer === "gone" || (await runsc.traceList(id)).length > 0;
  if (exists && consumer === "alive" && !takeOver) {
    throw new TraceError(
      "ERR_SESSION_IN_USE",
      `another program reads the session of the sandbox ${id} of ${root}, and there is but one: stop it, or take the session over`,
    );
  }
  await runsc.traceCreate(id, session, { force: exists });
  if (!exists) return undefined;
  // A session that sends to no socket is nobody's.
  return consumer === "none" ? "gone" : consumer;
}
