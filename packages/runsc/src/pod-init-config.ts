import { type SessionOptions, sessionOf } from "./session-config.ts";
import type { TraceSessionConfig } from "./trace-session-config.ts";

/** Options of {@link podInitConfig}. */
export interface PodInitOptions extends SessionOptions {
  /**
   * Whether a container starts, unwatched, where the server cannot be reached. Where not, it does not start at all.
   * Default true, as Falco's configuration had it.
   */
  readonly ignoreSetupError?: boolean;
}

/** The file that `runsc --pod-init-config` takes. */
export interface PodInitConfig {
  readonly trace_session: TraceSessionConfig;
}

/**
 * The configuration with which every new sandbox connects to the server at `endpoint`: written to a file and given to
 * `runsc --pod-init-config=FILE`.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where an option is out of its range, or points are not what gVisor has.
 */
export function podInitConfig(options: PodInitOptions): PodInitConfig {
  return { trace_session: sessionOf(options, options.ignoreSetupError ?? true) };
}
