import { type ContextField, contextFieldNames, tracePoints } from "@sentrytap/rules";
import { isPointConfig, type PointConfig } from "./point-config.ts";

// Which of the trace points a session asks for. A runsc that lacks a point or field skips it: `ignore_missing`.

/** A trace point and what can be asked of it beside its context. */
export interface Point {
  /** As the session file names it. */
  readonly name: string;
  /** The optional fields that it offers. */
  readonly optionalFields: readonly string[];
}

/** The context fields that every point offers; each costs a little, so each is asked for by name. */
export const contextFields: readonly ContextField[] = contextFieldNames;

/** Every point with a schema: of each system call its enter and its exit. */
export const allPoints: readonly Point[] = tracePoints.map(({ name, optionalFields }) => ({
  name,
  optionalFields,
}));

/** Points that fire once and that the tables and the starter rules need nothing of. */
const otherHappenings = new Set(["sentry/exit_notify_parent", "sentry/mmap"]);

/** Calls that neither change the tables nor are read by the starter rules: reads and writes above all, most of what a sandbox does. */
const otherCalls = new Set(
  `inotify_add_watch inotify_rm_watch listen mmap pread64 preadv preadv2 prlimit64 ptrace pwrite64 pwritev pwritev2
  read readv timerfd_gettime timerfd_settime write writev`.split(/\s+/),
);

/**
 * What the pipeline reads to keep its tables and to serve the starter rules: exits only, and no reads and writes. A
 * sandbox pays for every message, and reads and writes are most of them.
 */
export const pipelinePoints: readonly Point[] = allPoints.filter(({ name }) => {
  const [, call, direction] = /^syscall\/(.+)\/(enter|exit)$/.exec(name) ?? [];
  if (call === undefined) return !otherHappenings.has(name);
  return direction === "exit" && !otherCalls.has(call);
});

/** These with all their fields. */
export const pipelinePointConfigs: readonly PointConfig[] = withAllFields(pipelinePoints);

/** All with all their fields. */
export const everyPoint: readonly PointConfig[] = withAllFields(allPoints);

function withAllFields(points: readonly Point[]): readonly PointConfig[] {
  return points
    .map(({ name, optionalFields }) => ({
      name,
      ...(optionalFields.length > 0 && { optional_fields: optionalFields }),
      context_fields: contextFields,
    }))
    .filter(isPointConfig);
}
