import { clonesFiles, closesOnExec, type EventOf, type SyscallParams } from "@sentrytap/events";
import { controlled, duplicated } from "./duplicates.ts";
import { enteredOf } from "./entered.ts";
import { about, type EventSlots, made } from "./event-slots.ts";
import { closesAllTheSame } from "./files.ts";
import type { LiveThread } from "./live-thread.ts";
import { withAddress } from "./make-descriptor.ts";
import { descriptorIn, rawCallOf } from "./raw-call.ts";
import { madeRaw } from "./raw-makes.ts";
import { acceptedFrom } from "./sockets.ts";

// Calls of which a message has only number and registers: paths, addresses and what pipe(2) writes into memory are not
// known, but numbers of descriptors are. A session may ask for a call both raw and decoded. Then gVisor tells the raw
// return first (executeSyscall in pkg/sentry/kernel/task_syscall.go), so what the decoded one knows better comes last.

type RawEvent = EventOf<"syscall">;

const closeRangeUnshare = 2;
const closeRangeCloexec = 4;

/** Brings what a raw call does to the descriptors of `thread` into its table, and says in `slots` which one it is about. */
export function rawCalled(slots: EventSlots, event: RawEvent, thread: LiveThread): void {
  const { message } = event;
  const call = rawCallOf(message);
  if (call === undefined) return;
  const { register } = call;
  if (register !== undefined) {
    const fd = descriptorIn(message, register);
    about(slots, fd, thread.descriptors.get(fd));
  }
  if (changing.has(call.name)) changed(slots, event, thread);
  else if (call.makes) made(slots, event, thread, () => madeRaw(event));
}

/** Calls that do more to a table than to add what they make. */
const changing: ReadonlySet<string> = new Set([
  "close",
  "close_range",
  "dup",
  "dup2",
  "dup3",
  "fcntl",
  "accept",
  "accept4",
  "listen",
  "signalfd",
  "signalfd4",
  "unshare",
]);

function changed(slots: EventSlots, event: RawEvent, thread: LiveThread): void {
  const { args } = event;
  const table = thread.descriptors;
  const succeeded = event.direction === "exit" && !event.failed;
  switch (args.name) {
    case "close":
      closed(slots, event, thread, args.params.fd);
      return;
    case "close_range":
      if (succeeded) closedRange(thread, args.params);
      return;
    case "dup":
    case "dup2":
    case "dup3": {
      const { oldfd } = args.params;
      const closeOnExec = args.name === "dup3" && closesOnExec(args.params.flags);
      duplicated(slots, event, thread, oldfd, table.get(oldfd), closeOnExec);
      return;
    }
    case "fcntl": {
      const { fd, cmd, arg } = args.params;
      controlled(slots, event, thread, { fd, cmd, arg: Number(BigInt.asIntN(32, arg)) }, table.get(fd));
      return;
    }
    case "accept":
    case "accept4": {
      const { listener } = args.params;
      const flags = args.name === "accept4" ? args.params.flags : 0;
      made(slots, event, thread, () => acceptedFrom(table.get(listener), undefined, flags));
      return;
    }
    case "listen":
      if (succeeded) listens(slots, thread, args.params.fd);
      return;
    case "signalfd":
    case "signalfd4":
      // Given one already, it changes that.
      if (args.params.fd < 0) made(slots, event, thread, () => madeRaw(event));
      return;
    case "unshare":
      if (succeeded && clonesFiles(args.params.flags)) thread.unshareDescriptors();
      return;
    default:
  }
}

/** Where the call is told decoded as well, that has taken the descriptor away on its enter, or is to find it on its exit. */
function closed(slots: EventSlots, event: RawEvent, thread: LiveThread, fd: number): void {
  const table = thread.descriptors;
  const descriptor = table.get(fd);
  const begun = enteredOf(thread, "close", fd);
  if (event.direction === "exit" && closesAllTheSame(event.errno)) {
    // Under its number, another thread may have opened something meanwhile.
    if (begun === undefined || begun.descriptor === descriptor) table.delete(fd);
  }
  if (begun !== undefined) about(slots, fd, begun.descriptor);
  else thread.entered = { type: "close", fd, descriptor };
}

function closedRange(thread: LiveThread, { first, last, flags }: SyscallParams<"close_range">): void {
  if ((flags & closeRangeUnshare) !== 0) thread.unshareDescriptors();
  const { descriptors } = thread;
  if ((flags & closeRangeCloexec) !== 0) descriptors.closeRangeOnExec(first, last);
  else descriptors.deleteRange(first, last);
}

function listens(slots: EventSlots, thread: LiveThread, fd: number): void {
  const listening = withAddress(thread.descriptors.get(fd), { role: "server", listening: true });
  thread.descriptors.set(fd, listening);
  about(slots, fd, listening);
}
