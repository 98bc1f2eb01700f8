import type { Event, SocketAddress } from "@sentrytap/events";
import { addressText, sameAddress } from "./address-text.ts";
import { enteredOf, takeEntered } from "./entered.ts";
import type { EventSlots } from "./event-slots.ts";
import type { LiveThread } from "./live-thread.ts";
import { bounded } from "./text.ts";

// Paths and addresses lie in the caller's memory. A Sentry reads them when the call begins and again when it returns, and
// in between another thread may have written there.

/** The path that {@link pathGiven} will give, for who needs it before. */
export function pathBelieved(thread: LiveThread, type: string, fd: number | undefined, told: string): string {
  return enteredOf(thread, type, fd)?.path ?? told;
}

/**
 * The path that a call with descriptor `fd` was given, by what `event` says of it, `told`. On the exit that is what its enter
 * said; if the two differ, it is marked.
 */
export function pathGiven(
  slots: EventSlots,
  event: Event,
  thread: LiveThread,
  fd: number | undefined,
  argument: string,
  told: string,
): string {
  const { type } = event;
  const path = bounded(told);
  if (event.direction === "enter") {
    thread.entered = { type, fd, path };
    return path;
  }
  const onEnter = takeEntered(thread, type, fd)?.path;
  if (onEnter === undefined || onEnter === path) return path;
  slots.toctou = { argument, onEnter };
  return onEnter;
}

/** The address that connect(2) or bind(2) was given, likewise. */
export function addressGiven(
  slots: EventSlots,
  event: Event,
  thread: LiveThread,
  fd: number,
  told: SocketAddress | undefined,
): SocketAddress | undefined {
  const { type } = event;
  if (event.direction === "enter") {
    thread.entered = { type, fd, address: told };
    return told;
  }
  const entered = takeEntered(thread, type, fd);
  if (entered === undefined || sameAddress(entered.address, told)) return told;
  slots.toctou = { argument: "addr", onEnter: addressText(entered.address) };
  return entered.address ?? told;
}
