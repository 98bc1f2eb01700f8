import { Buffer } from "node:buffer";
import { TraceError } from "@sentrytap/core";
import type { PointConfig } from "./point-config.ts";
import { everyPoint, pipelinePointConfigs } from "./points.ts";
import { checkSessionConfig } from "./session-file/check-session-config.ts";
import type { TraceSessionConfig, TraceSinkConfig } from "./trace-session-config.ts";

/** Options of {@link sessionConfig}. */
export interface SessionOptions {
  /** Path of the server's socket: absolute, at most 107 bytes. */
  readonly endpoint: string;
  /**
   * `pipeline`: what the tables of threads and descriptors and the starter rules need. `all`: every point with a schema,
   * with all its fields, reads and writes among them, which cost the sandbox much. Or the points themselves, as of
   * {@link planSession}. Default `pipeline`.
   */
  readonly points?: "pipeline" | "all" | readonly PointConfig[];
  /** Whether points and fields that a runsc lacks are skipped, so that one session serves old and new ones. Default true. */
  readonly ignoreMissing?: boolean;
  /**
   * How often a Sentry tries again to send a message while the socket is full, before it drops it. The thread of the
   * sandbox that the message is about waits meanwhile. Default 3.
   */
  readonly retries?: number;
  /** How long it waits before it tries again, in whole microseconds, from 0 to a minute; twice as long each further time. Default 25. */
  readonly backoffUs?: number;
  /** The longest such wait, in whole microseconds: at least `backoffUs`, at most a minute. Default 10,000. */
  readonly backoffMaxUs?: number;
}

/**
 * The session with which a sandbox that runs already connects to the server at `endpoint`, as `Runsc.traceCreate` and `runsc trace
 * create --config=FILE` take it. Where nobody listens there, it is refused.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where an option is out of its range, or points are not what gVisor has.
 *
 * @example
 * await runsc.traceCreate(id, sessionConfig({ endpoint: "/run/sentrytap.sock" }));
 */
export function sessionConfig(options: SessionOptions): TraceSessionConfig {
  return sessionOf(options, false);
}

/** {@link sessionConfig}, also for sandboxes that start. */
export function sessionOf(options: SessionOptions, ignoreSetupError: boolean): TraceSessionConfig {
  const { points = "pipeline", ignoreMissing = true } = options;
  checkFlag("ignoreMissing", ignoreMissing);
  checkFlag("ignoreSetupError", ignoreSetupError);
  const session = {
    name: "Default",
    ignore_missing: ignoreMissing,
    points: pointsOf(points),
    sinks: [sinkOf(options, ignoreSetupError)],
  } as const;
  if (typeof points !== "string") checkPoints(session);
  return session;
}

function pointsOf(points: "pipeline" | "all" | readonly PointConfig[]): readonly PointConfig[] {
  if (points === "all") return everyPoint;
  if (points === "pipeline") return pipelinePointConfigs;
  if (Array.isArray(points)) return points;
  throw invalid(`points must be pipeline, all or a list of points, and is ${String(points)}`);
}

function sinkOf(options: SessionOptions, ignoreSetupError: boolean): TraceSinkConfig {
  const { endpoint, retries = 3, backoffUs, backoffMaxUs } = options;
  checkEndpoint(endpoint);
  if (!Number.isSafeInteger(retries) || retries < 0) {
    throw invalid(`retries must be an integer from 0 up, and is ${retries}`);
  }
  checkBackoff(backoffUs, backoffMaxUs);
  const config = {
    endpoint,
    retries,
    ...(backoffUs !== undefined && { backoff: `${backoffUs}us` as const }),
    ...(backoffMaxUs !== undefined && { backoff_max: `${backoffMaxUs}us` as const }),
  };
  return { name: "remote", config, ignore_setup_error: ignoreSetupError };
}

function checkEndpoint(endpoint: string): void {
  // Whoever writes JavaScript may leave it out.
  if (typeof endpoint !== "string" || !endpoint.startsWith("/") || endpoint.includes("\0")) {
    throw invalid(`the endpoint must be an absolute path, and is ${JSON.stringify(endpoint)}`);
  }
  const { length } = Buffer.from(endpoint);
  if (length > 107) throw invalid(`the endpoint has ${length} bytes, a socket's path has at most 107`);
}

const minuteUs = 60_000_000;

/** A Sentry refuses a session whose waits begin longer than they may get (pkg/sentry/seccheck/sinks/remote/remote.go). */
function checkBackoff(backoffUs = 25, backoffMaxUs = 10_000): void {
  for (const [name, value] of Object.entries({ backoffUs, backoffMaxUs })) {
    if (!Number.isInteger(value) || value < 0 || value > minuteUs) {
      throw invalid(`${name} must be an integer from 0 to ${minuteUs}, and is ${value}`);
    }
  }
  if (backoffUs > backoffMaxUs) {
    throw invalid(`backoffUs must be at most backoffMaxUs, and ${backoffUs} is more than ${backoffMaxUs}`);
  }
}

/** Types keep names from being wrong, but not every program has types. */
function checkPoints(session: TraceSessionConfig): void {
  const read = checkSessionConfig(JSON.stringify({ ...session, ignore_missing: false }), "points");
  if ("problems" in read) {
    const errors = read.problems.filter(({ severity }) => severity === "error");
    throw invalid(errors.map(({ message }) => message).join("\n"));
  }
  const names = session.points.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw invalid(`the point "${twice}" is there twice: ask for all its fields at once`);
}

function checkFlag(name: string, value: boolean): void {
  if (typeof value !== "boolean") throw invalid(`${name} must be true or false, and is ${String(value)}`);
}

function invalid(message: string): TraceError {
  return new TraceError("ERR_INVALID_ARGUMENT", message);
}
