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
  sandbox: FoundSandbox,
  session: TraceSessionConfig,
  { takeOver = false }: OpenSessionOptions = {},
): Promise<Replaced | undefined> {
  const { replaces, create } = await prepareSession(sandbox, session, takeOver);
  await create();
  return replaces;
}

/** A session that can be created. */
export interface PreparedSession {
  readonly replaces: Replaced | undefined;
  /** @param fileName - shows in the command line of runsc as it connects. */
  create(fileName?: string): Promise<void>;
}

/** The way up to the point where the session is created: the moment for whoever looks at what was there before. */
export async function prepareSession(
  { root, id, pid, runsc }: FoundSandbox,
  session: TraceSessionConfig,
  takeOver: boolean,
  look: (pid: number) => Promise<Consumer> = consumerOf,
): Promise<PreparedSession> {
  const consumer = await look(pid);
  const exists = consumer === "gone" || (await runsc.traceList(id)).length > 0;
  if (exists && consumer === "alive" && !takeOver) {
    throw new TraceError(
      "ERR_SESSION_IN_USE",
      `another program reads the session of the sandbox ${id} of ${root}, and there is but one: stop it, or take the session over`,
    );
  }
  // A session that sends to no socket is nobody's.
  const replaces = exists ? (consumer === "none" ? "gone" : consumer) : undefined;
  return {
    replaces,
    create: (fileName) => runsc.traceCreate(id, session, { force: exists, ...(fileName && { fileName }) }),
  };
}
