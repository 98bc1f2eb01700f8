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
  /**
   * Set on the exit of a call one of whose arguments, a path or an address in the caller's memory, is not what it was on
   * the enter. Which of the two the call saw cannot be told; the tables believe the enter.
   */
  readonly toctou: Toctou | undefined;
}

/** An argument that was one thing when the call began, and another when it returned: another thread may have changed it. */
export interface Toctou {
  /** Name of the argument, as in the event's `args`. */
  readonly argument: string;
  /** What it was on the enter, as text. On the exit it is what `args` says. */
  readonly onEnter: string;
}

/** An event with the state of its thread and descriptor. */
export type TrackedEvent = Event & Tracked;
