import { type Event, syscallName } from "@sentrytap/events";
import { execUnseen } from "./execs.ts";
import type { LiveThread } from "./live-thread.ts";
import { descriptorIn } from "./raw-call.ts";
import { groupChanged, ownSession } from "./sessions.ts";
import { bounded } from "./text.ts";
import type { ThreadTable } from "./thread-table.ts";

const cloneFs = 0x200;
const cloneNewNs = 0x2_0000;

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
    case "chdir":
      if (!table.decodedCalls.has("chdir")) process.change({ cwd: bounded(event.cwd) });
      return;
    case "fchdir":
      if (!table.decodedCalls.has("fchdir")) {
        process.change({ cwd: bounded(event.cwd) ?? thread.descriptors.get(descriptorIn(message, 0))?.name });
      }
      return;
    case "chroot":
      if (!table.decodedCalls.has("chroot")) process.change({ root: undefined, cwd: bounded(event.cwd) });
      return;
    case "pivot_root":
      process.change({ root: undefined, cwd: bounded(event.cwd) });
      return;
    case "setns":
      if (message.arg2Number === 0 || (message.arg2Number & cloneNewNs) !== 0) {
        process.change({ root: undefined, cwd: bounded(event.cwd) });
      }
      return;
    case "unshare":
      if ((message.arg1Number & (cloneFs | cloneNewNs)) !== 0) process.unshareDirectories();
      return;
    case "execve":
    case "execveat":
      if (!table.decodedCalls.has("execve")) execUnseen(table, thread);
      return;
    default:
  }
}
