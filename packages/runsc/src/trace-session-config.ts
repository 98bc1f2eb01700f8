import type { PointConfig } from "./pod-init-config.ts";

/** A whole trace session: what it traces, and where it sends that. The bare form, as `runsc trace create --config` takes it. */
export interface TraceSessionConfig {
  readonly name: "Default";
  /** Whether points and fields that a runsc lacks are skipped; if not, it refuses the session. */
  readonly ignore_missing: boolean;
  readonly points: readonly PointConfig[];
  readonly sinks: readonly TraceSinkConfig[];
}

/** The socket that a session sends to. */
export interface TraceSinkConfig {
  readonly name: "remote";
  readonly config: { readonly endpoint: string; readonly retries: number };
  /** Whether a container starts, unwatched, where nobody listens on the endpoint. */
  readonly ignore_setup_error: boolean;
}
