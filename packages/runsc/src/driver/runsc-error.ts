import { TraceError } from "@sentrytap/core";

/**
 * Why a call of {@link Runsc} failed.
 *
 * Of runsc itself, which a sandbox cannot bring about by what it says:
 * - `no-runsc`: there is no such program, or it cannot be executed.
 * - `timed-out`: it did not end in time, as where a sandbox does not answer. It was killed; what was asked of the
 *   sandbox may still be done.
 * - `no-permission`: the state of the containers cannot be read; runsc takes that for "no containers".
 * - `no-container`: no container has this id.
 * - `sub-container`: the id is of a container in somebody else's sandbox, as of a pod: ask its sandbox.
 * - `no-server`: nobody listens on the endpoint of the session.
 *
 * Also of what the sandbox answered, which is not trusted:
 * - `not-running`: nothing answers for the sandbox, as where it has ended.
 * - `session-exists`: the sandbox has a session; `force` replaces it.
 * - `no-session`: it has none to delete.
 * - `unexpected-output`: what was printed is too long, or not what is known of runsc.
 * - `failed`: anything else; {@link RunscError.said} is what runsc said.
 */
export type RunscFailure =
  | "no-runsc"
  | "timed-out"
  | "no-permission"
  | "no-container"
  | "sub-container"
  | "no-server"
  | "not-running"
  | "session-exists"
  | "no-session"
  | "unexpected-output"
  | "failed";

/** What a {@link RunscError} is made of beside its message. */
export interface RunscErrorOptions {
  readonly reason: RunscFailure;
  readonly said?: string | undefined;
  readonly cause?: unknown;
}

const brand: unique symbol = Symbol.for("sentrytap.RunscError") as never;

/**
 * A call of runsc failed: a {@link TraceError} with the code `ERR_RUNSC` that knows why.
 *
 * @example
 * try {
 *   await runsc.traceCreate(id, session);
 * } catch (error) {
 *   if (error instanceof RunscError && error.reason === "session-exists") await runsc.traceCreate(id, session, { force: true });
 *   else throw error;
 * }
 */
export class RunscError extends TraceError {
  declare readonly code: "ERR_RUNSC";
  readonly reason: RunscFailure;
  /** What runsc printed about it: one line of at most 1,000 characters, without what a terminal would act on. Can be empty. */
  readonly said: string;

  constructor(message: string, { reason, said = "", cause }: RunscErrorOptions) {
    super("ERR_RUNSC", message, cause === undefined ? undefined : { cause });
    this.name = "RunscError";
    this.reason = reason;
    this.said = said;
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === "object" && value !== null && brand in value;
  }
}
