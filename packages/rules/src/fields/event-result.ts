import { rawSyscallName } from "@sentrytap/events";
import type { TrackedEvent } from "@sentrytap/state";

/** Calls that return nothing which could fail, and happenings that are no calls. */
const withoutResult: ReadonlySet<string> = new Set([
  "procexit",
  "exit_notify_parent",
  "container_start",
  "sentry_exec",
  "sentry_mmap",
]);

/** What a call returned; undefined for what is no call. The first thread and program of a container succeeded. */
export function resultOf(event: TrackedEvent): number | undefined {
  if (event.result !== undefined) return event.result;
  if (withoutResult.has(event.type) || event.direction === "enter") return undefined;
  return "res" in event.args ? event.args.res : undefined;
}

/** The name that `evt.type` gives the event. */
export function typeOf(event: TrackedEvent): string {
  return event.type === "syscall" ? rawSyscallName(event.message) : event.type;
}

/** Calls that take or make a descriptor, whether or not anything is known of it. */
export function hasDescriptor(event: TrackedEvent): boolean {
  return event.fd !== undefined || event.fdNumber !== undefined;
}
