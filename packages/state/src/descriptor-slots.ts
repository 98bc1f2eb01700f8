import type { Event } from "@sentrytap/events";
import type { Descriptor } from "./descriptor.ts";
import type { LiveThread } from "./live-thread.ts";

/** Where it goes which descriptor an event is about: its number, and what is known of it. */
export interface DescriptorSlots {
  fd: Descriptor | undefined;
  fdNumber: number | undefined;
}

export function about(slots: DescriptorSlots, number: number, descriptor: Descriptor | undefined): void {
  slots.fdNumber = number;
  slots.fd = descriptor;
}

/** A call that makes one descriptor: where it returned a number, that one is now what `make` says. */
export function made(
  slots: DescriptorSlots,
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
  const { descriptors } = thread.process;
  const descriptor = make();
  // What is not known is still open: better nothing in the table than what was there before.
  if (descriptor === undefined) descriptors.delete(result);
  else descriptors.set(result, descriptor);
  about(slots, result, descriptor);
}
