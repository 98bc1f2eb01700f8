import type { Event } from "@sentrytap/events";
import type { Descriptor } from "./descriptor.ts";
import { about, type EventSlots, made } from "./event-slots.ts";
import type { LiveThread } from "./live-thread.ts";

const fDupfd = 0;
const fSetfd = 2;
const fDupfdCloexec = 1030;
const fdCloexec = 1;

/** The dup family: the new number stands for what `from` does, `source`, or for what is not known. */
export function duplicated(
  slots: EventSlots,
  event: Event,
  thread: LiveThread,
  from: number,
  source: Descriptor | undefined,
  closeOnExec: boolean,
): void {
  // Onto itself, dup2 does nothing.
  if (event.direction === "enter" || event.result === from) about(slots, from, source);
  else made(slots, event, thread, () => source && { ...source, closeOnExec });
}

/** The arguments of fcntl(2). */
export interface Control {
  readonly fd: number;
  readonly cmd: number;
  readonly arg: number;
}

/** fcntl(2) of `used`. */
export function controlled(
  slots: EventSlots,
  event: Event,
  thread: LiveThread,
  { fd, cmd, arg }: Control,
  used: Descriptor | undefined,
): void {
  if (cmd === fDupfd || cmd === fDupfdCloexec) {
    duplicated(slots, event, thread, fd, used, cmd === fDupfdCloexec);
    return;
  }
  if (cmd !== fSetfd || event.direction === "enter" || event.failed || used === undefined) {
    about(slots, fd, used);
    return;
  }
  const set = { ...used, closeOnExec: (arg & fdCloexec) !== 0 };
  thread.descriptors.set(fd, set);
  about(slots, fd, set);
}
