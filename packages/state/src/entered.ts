import type { SocketAddress } from "@sentrytap/events";
import type { Descriptor } from "./descriptor.ts";
import type { LiveThread } from "./live-thread.ts";

/**
 * What the enter of a call leaves for its exit, by which time another thread may have changed what it was about: the
 * memory that it read a path or address from, or what the descriptor's number stands for.
 */
export interface Entered {
  /** Type of the event. */
  readonly type: string;
  /** The descriptor that the call was given, if it takes one. */
  readonly fd: number | undefined;
  readonly path?: string | undefined;
  readonly address?: SocketAddress | undefined;
  readonly descriptor?: Descriptor | undefined;
}

/** What the enter of this very call has left. */
export function enteredOf(thread: LiveThread, type: string, fd: number | undefined): Entered | undefined {
  const { entered } = thread;
  return entered?.type === type && entered.fd === fd ? entered : undefined;
}

/** The same, for its exit: nothing is left of the call then, or of any that did not return. */
export function takeEntered(thread: LiveThread, type: string, fd: number | undefined): Entered | undefined {
  const entered = enteredOf(thread, type, fd);
  thread.entered = undefined;
  return entered;
}
