import type { PointConfig, PointRequest } from "./point-config.ts";

/** A trace session as its file asks for it, as far as it decides what comes of a sandbox. */
export interface SessionConfig {
  /** There is only one, and it has this name. */
  readonly name: "Default";
  /** Whether points and fields that a runsc lacks are skipped; if not, it refuses the session. */
  readonly ignore_missing: boolean;
  /** Each point once, as gVisor takes it: of one that is there twice, the last. */
  readonly points: readonly PointRequest[];
}

/** A whole trace session: what is traced, and where that is sent. The bare form, as `runsc trace create --config` takes it. */
export interface TraceSessionConfig extends SessionConfig {
  readonly points: readonly PointConfig[];
  readonly sinks: readonly TraceSinkConfig[];
}

/** The socket that a session sends to. */
export interface TraceSinkConfig {
  readonly name: "remote";
  readonly config: {
    readonly endpoint: string;
    readonly retries: number;
    /** Durations as Go writes them. */
    readonly backoff?: `${number}us`;
    readonly backoff_max?: `${number}us`;
  };
  /** Whether a container starts, unwatched, where nobody listens on the endpoint. */
  readonly ignore_setup_error: boolean;
}
