import { Buffer } from "node:buffer";
import { TraceError } from "@sentrytap/core";
import { allPoints, contextFields, pipelinePoints } from "./points.ts";
import type { TraceSessionConfig } from "./trace-session-config.ts";

/** Options of {@link podInitConfig}. */
export interface PodInitOptions {
  /** Path of the server's socket: absolute, at most 107 bytes. */
  readonly endpoint: string;
  /**
   * `pipeline`: what the tables of threads and descriptors and the starter rules need. `all`: every point with a schema,
   * with all its fields, reads and writes among them, which cost the sandbox much. Or those that rules need, from `planSession`.
   * Default `pipeline`.
   */
  readonly points?: "pipeline" | "all" | readonly PointConfig[];
  /** How often a Sentry tries again to send a message while the socket is full, before it drops it. Default 3. */
  readonly retries?: number;
  /**
   * Whether a container starts, unwatched, where the server cannot be reached. Where not, it does not start at all.
   * Default true, as Falco's configuration had it.
   */
  readonly ignoreSetupError?: boolean;
}

/** A point as a session file asks for it. */
export interface PointConfig {
  readonly name: string;
  readonly optional_fields?: readonly string[];
  readonly context_fields: readonly string[];
}

/** The file that `runsc --pod-init-config` takes. */
export interface PodInitConfig {
  readonly trace_session: TraceSessionConfig;
}

/**
 * The configuration with which every new sandbox connects to the server at `endpoint`: written to a file and given to
 * `runsc --pod-init-config=FILE`.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where an option is out of its range.
 */
export function podInitConfig(options: PodInitOptions): PodInitConfig {
  const { endpoint, points = "pipeline", retries = 3, ignoreSetupError = true } = options;
  checkEndpoint(endpoint);
  if (!Number.isInteger(retries) || retries < 0) {
    throw new TraceError("ERR_INVALID_ARGUMENT", `retries must be an integer from 0 up, and is ${retries}`);
  }
  return {
    trace_session: {
      name: "Default",
      ignore_missing: true,
      points: pointConfigs(points),
      sinks: [{ name: "remote", config: { endpoint, retries }, ignore_setup_error: ignoreSetupError }],
    },
  };
}

function pointConfigs(points: NonNullable<PodInitOptions["points"]>): readonly PointConfig[] {
  if (typeof points !== "string") return points;
  if (points !== "pipeline" && points !== "all") {
    throw new TraceError("ERR_INVALID_ARGUMENT", `points must be pipeline or all, and is ${String(points)}`);
  }
  return (points === "all" ? allPoints : pipelinePoints).map(({ name, optionalFields }) => ({
    name,
    ...(optionalFields.length > 0 && { optional_fields: optionalFields }),
    context_fields: contextFields,
  }));
}

function checkEndpoint(endpoint: string): void {
  // Whoever writes JavaScript may leave it out.
  if (typeof endpoint !== "string" || !endpoint.startsWith("/")) {
    throw new TraceError(
      "ERR_INVALID_ARGUMENT",
      `the endpoint must be an absolute path, and is ${JSON.stringify(endpoint)}`,
    );
  }
  const { length } = Buffer.from(endpoint);
  if (length > 107) {
    throw new TraceError(
      "ERR_INVALID_ARGUMENT",
      `the endpoint has ${length} bytes, a socket's path has at most 107`,
    );
  }
}
