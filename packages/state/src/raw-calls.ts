import { type Event, syscallName } from "@sentrytap/events";
import type { LiveThread } from "./live-thread.ts";
import { groupChanged, ownSession } from "./sessions.ts";
import type { ThreadTable } from "./thread-table.ts";

/** What a call does to its process that came as number and registers, and succeeded. */
export function rawReturned(table: ThreadTable, event: Event, thread: LiveThread): void {
  const { message } = event;
  if (message.messageType !== 6 || event.direction === "enter" || event.failed) return;
  const { process } = thread;
  switch (syscallName(message.sandbox.arch, message.sysnoNumber)) {
    case "setsid":
      process.change(ownSession(process.pid));
      return;
    case "setpgid":
      groupChanged(table, thread, message);
      return;
    default:
  }
}
