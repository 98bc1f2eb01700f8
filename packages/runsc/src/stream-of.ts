import { pointShape, type StreamShape } from "@sentrytap/rules";
import { type Architecture, hostArchitecture } from "@sentrytap/wire";
import type { SessionConfig } from "./trace-session-config.ts";

/** Options of {@link streamOf}. */
export interface StreamOptions {
  /** CPU of the sandboxes, which raw points are numbered by. Default: this machine's. */
  readonly arch?: Architecture;
  /** Whether the tables begin with a dump of procfs, as where a session is attached to a sandbox that runs. Default `false`. */
  readonly seeded?: boolean;
  /** Sources outside the sandbox that fill fields, such as `container`. Default: none. */
  readonly filledBy?: Iterable<string>;
}

/**
 * What comes of a sandbox that has `session`, for `coverageOf`. Points that gVisor does not have are left out, as it does
 * with `ignore_missing`.
 *
 * @example
 * coverageOf(rules, { stream: streamOf(podInitConfig({ endpoint }).trace_session) });
 */
export function streamOf(
  { points }: Pick<SessionConfig, "points">,
  options: StreamOptions = {},
): StreamShape {
  const { arch = hostArchitecture, seeded = false, filledBy = [] } = options;
  const shapes = points.map(({ name, context_fields: contextFields, optional_fields: optionalFields = [] }) =>
    pointShape({ name, contextFields, optionalFields, arch }),
  );
  return { points: shapes.filter((shape) => shape !== undefined), filledBy: new Set(filledBy), seeded };
}
