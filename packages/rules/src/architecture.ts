import type { TrackedEvent } from "@sentrytap/state";

/** The CPU of a sandbox, which decides what the numbers of calls and flags mean. */
export type Architecture = TrackedEvent["sandbox"]["arch"];
