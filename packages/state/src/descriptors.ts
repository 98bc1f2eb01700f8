import { closesOnExec, type Event, type EventOf } from "@sentrytap/events";
import { pathGiven } from "./caller-memory.ts";
import type { DescriptorKind } from "./descriptor.ts";
import { about, type EventSlots, made } from "./event-slots.ts";
import { closed, opened } from "./files.ts";
import type { LiveThread } from "./live-thread.ts";
import { newSocket, pipeEnds, plainDescriptor, socketPair } from "./make-descriptor.ts";
import { accepted, bound, connected, listens } from "./sockets.ts";
import { standardStreams } from "./standard-streams.ts";
import { usedDescriptor } from "./used-descriptor.ts";

/** The calls that make a descriptor of what has no name. */
type SpecialEvent = EventOf<
  "signalfd" | "signalfd4" | "eventfd" | "eventfd2" | "timerfd_create" | "inotify_init" | "inotify_init1"
>;

const fDupfd = 0;
const fSetfd = 2;
const fDupfdCloexec = 1030;
const fdCloexec = 1;

/** Brings what `event` does to the descriptors of `thread` into its table, and says in `slots` which one it is about. */
export function applyToDescriptors(slots: EventSlots, event: Event, thread: LiveThread): void {
  const table = thread.descriptors;
  switch (event.type) {
    case "read":
    case "pread":
    case "readv":
    case "preadv":
    case "preadv2":
    case "write":
    case "pwrite":
    case "writev":
    case "pwritev":
    case "pwritev2":
    case "fchdir":
    case "mmap": {
      const fd = event.message.fdNumber;
      about(slots, fd, usedDescriptor(table, fd, event));
      return;
    }
    case "open":
    case "openat":
    case "creat":
      opened(slots, event, thread);
      return;
    case "close":
      closed(slots, event, thread);
      return;
    case "connect":
      about(slots, event.message.fdNumber, connected(slots, event, thread));
      return;
    case "bind":
      about(slots, event.message.fd, bound(slots, event, thread));
      return;
    case "listen":
      about(slots, event.message.fd, listens(event, table));
      return;
    case "socket":
      made(slots, event, thread, () => newSocket(event.args));
      return;
    case "accept":
    case "accept4":
      if (event.direction === "exit") made(slots, event, thread, () => accepted(event, table));
      else about(slots, event.message.fd, usedDescriptor(table, event.message.fd, event));
      return;
    case "pipe":
    case "pipe2":
    case "socketpair":
      madePair(slots, event, thread);
      return;
    case "dup":
    case "dup2":
    case "dup3":
      duplicated(slots, event, thread, event.args.oldfd, closesOnExec(event.args.flags));
      return;
    case "fcntl":
      controlled(slots, event, thread);
      return;
    case "sentry_exec":
      standardStreams(event, table);
      return;
    case "execve":
    case "execveat": {
      const { message } = event;
      // Of a container's first program there is no enter.
      if (message.messageType !== 11) return;
      pathGiven(slots, event, thread, message.fdNumber, "filename", message.pathname);
      return;
    }
    case "chdir":
    case "chroot":
      pathGiven(slots, event, thread, undefined, "path", event.message.pathname);
      return;
    case "signalfd":
    case "signalfd4":
      // Given one already, it changes that.
      if (event.message.fd >= 0)
        about(slots, event.message.fd, usedDescriptor(table, event.message.fd, event));
      else madeSpecial(slots, event, thread, "signalfd");
      return;
    case "eventfd":
    case "eventfd2":
      madeSpecial(slots, event, thread, "eventfd");
      return;
    case "timerfd_create":
      madeSpecial(slots, event, thread, "timerfd");
      return;
    case "inotify_init":
    case "inotify_init1":
      madeSpecial(slots, event, thread, "inotify");
      return;
    case "inotify_add_watch": {
      const { fd, pathname } = event.message;
      pathGiven(slots, event, thread, fd, "path", pathname);
      about(slots, fd, usedDescriptor(table, fd, event));
      return;
    }
    case "timerfd_settime":
    case "timerfd_gettime":
    case "inotify_rm_watch": {
      const { fd } = event.message;
      about(slots, fd, usedDescriptor(table, fd, event));
      return;
    }
    default:
  }
}

function madePair(
  slots: EventSlots,
  event: EventOf<"pipe" | "pipe2" | "socketpair">,
  thread: LiveThread,
): void {
  const { fd1, fd2 } = event.args;
  if (fd1 === undefined || fd2 === undefined) return;
  const [first, second] =
    event.type === "socketpair" ? socketPair(event.args.type) : pipeEnds(event.args.flags);
  thread.descriptors.set(fd1, first);
  thread.descriptors.set(fd2, second);
  about(slots, fd2, second); // in Falco, too, the number of such an event is that of the last one made
}

/** The dup family: the new number stands for what `from` does, or for what is not known. */
function duplicated(
  slots: EventSlots,
  event: EventOf<"dup" | "dup2" | "dup3" | "fcntl">,
  thread: LiveThread,
  from: number,
  closeOnExec: boolean,
): void {
  const source = usedDescriptor(thread.descriptors, from, event);
  // Onto itself, dup2 does nothing.
  if (event.direction === "enter" || event.result === from) about(slots, from, source);
  else made(slots, event, thread, () => source && { ...source, closeOnExec });
}

function controlled(slots: EventSlots, event: EventOf<"fcntl">, thread: LiveThread): void {
  const table = thread.descriptors;
  const { fd, cmd } = event.message;
  if (cmd === fDupfd || cmd === fDupfdCloexec) {
    duplicated(slots, event, thread, fd, cmd === fDupfdCloexec);
    return;
  }
  const used = usedDescriptor(table, fd, event);
  if (cmd !== fSetfd || event.direction === "enter" || event.failed || used === undefined) {
    about(slots, fd, used);
    return;
  }
  const set = { ...used, closeOnExec: (event.message.argsNumber & fdCloexec) !== 0 };
  table.set(fd, set);
  about(slots, fd, set);
}

function madeSpecial(slots: EventSlots, event: SpecialEvent, thread: LiveThread, kind: DescriptorKind): void {
  made(slots, event, thread, () => plainDescriptor(kind, "", closesOnExec(event.message.flags)));
}
