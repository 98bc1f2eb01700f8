import { closesOnExec, type EventOf, opensDirectory } from "@sentrytap/events";
import { pathGiven } from "./caller-memory.ts";
import type { Descriptor } from "./descriptor.ts";
import { directoryOf } from "./directory-of.ts";
import { takeEntered } from "./entered.ts";
import { about, type EventSlots, made } from "./event-slots.ts";
import type { LiveThread } from "./live-thread.ts";
import { plainDescriptor } from "./make-descriptor.ts";
import { resolvePath } from "./resolve-path.ts";
import { toldDescriptor } from "./used-descriptor.ts";

type OpenEvent = EventOf<"open" | "openat" | "creat">;

const ebadf = 9;

/** open(2), openat(2), creat(2). */
export function opened(slots: EventSlots, event: OpenEvent, thread: LiveThread): void {
  const { message } = event;
  const path = pathGiven(slots, event, thread, message.fdNumber, "name", message.pathname);
  made(slots, event, thread, () => openedFile(event, thread, path));
}

function openedFile({ message, type }: OpenEvent, thread: LiveThread, path: string): Descriptor {
  const { flags } = message;
  const kind = type !== "creat" && opensDirectory(flags, message.sandbox.arch) ? "directory" : "file";
  // Falco's way to say that the directory is not known; no real path begins like that.
  const name =
    resolvePath(directoryOf(thread, message.fdNumber, message.fdPath), path) ?? `<UNKNOWN>/${path}`;
  return plainDescriptor(kind, name, closesOnExec(flags), flags);
}

/**
 * close(2). The descriptor is gone from the enter on: by the time of the exit, another thread may have opened something
 * under its number. One that fails has closed all the same, but for a descriptor that was not open.
 */
export function closed(slots: EventSlots, event: EventOf<"close">, thread: LiveThread): void {
  const table = thread.descriptors;
  const { message } = event;
  const fd = message.fdNumber;
  table.shared.coverage.closes = true;
  if (event.direction === "enter") {
    const descriptor = toldDescriptor(table, fd, table.get(fd), message.fdPath);
    table.delete(fd);
    thread.entered = { type: "close", fd, descriptor };
    about(slots, fd, descriptor);
    return;
  }
  const entered = takeEntered(thread, "close", fd);
  about(slots, fd, entered === undefined ? table.get(fd) : entered.descriptor);
  if (entered === undefined && closesAllTheSame(event.errno)) table.delete(fd);
}

/** Whether a close(2) that came to `errno` has closed the descriptor, as it has but for one that was not open. */
export function closesAllTheSame(errno: number | undefined): boolean {
  return errno !== ebadf;
}
