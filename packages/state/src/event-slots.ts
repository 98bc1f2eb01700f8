import type { Event } from "@sentrytap/events";
import type { Descriptor } from "./descriptor.ts";
import type { LiveThread } from "./live-thread.ts";
import type { Toctou } from "./tracked-event.ts";

/**
 * Where it goes what there is to say of an event: the number of the descriptor that it is about, what is known of that, and
 * whether an argument changed while the call went on.
 */
export interface EventSlots {
  fd: Descriptor | undefined;
  fdNumber: number | undefined;
  toctou: Toctou | undefined;
}

export function about(slots: EventSlots, number: number, descriptor: Descriptor | undefined): void {
  slots.fdNumber = number;
  slots.fd = descriptor;
}

/** A call that makes one descriptor: where it returned a number, that one is now what `make` says. */
export function made(
  slots: EventSlots,
  event: Event,
  thread: LiveThread,
  make: () => Descriptor | undefined,
): void {
  const { result } = event;
  if (event.direction === "enter" || result === undefined) return;
  if (result < 0) {
    about(slots, result, undefined);
    return;
  }
  const { descriptors } = thread;
  const descriptor = make();
  // What is not known is still open: better nothing in the table than what was there before.
  if (descriptor === undefined) descriptors.delete(result);
  else descriptors.set(result, descriptor);
  about(slots, result, descriptor);
}
