import type { Event } from "@sentrytap/events";
import type { Descriptor } from "./descriptor.ts";
import type { Thread } from "./thread.ts";

/** What {@link track} knows of an event's surroundings, as they were right after it. */
export interface Tracked {
  /** The thread it happened in; on an exec, with the new program. `undefined` where the event names none. */
  readonly thread: Thread | undefined;
  /**
   * The descriptor that the event is about, such as the file that an open opened, the connection that a read reads
   * from, or what a dup made. `undefined` where there is none, or where nothing is known of it.
   */
  readonly fd: Descriptor | undefined;
  /** Its number; of a call that failed to make one, the negated errno. */
  readonly fdNumber: number | undefined;
}

/** An event with the state of its thread and descriptor. */
export type TrackedEvent = Event & Tracked;
