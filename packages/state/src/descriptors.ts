import { closesOnExec, type Event, type EventOf } from "@sentrytap/events";
import { pathGiven } from "./caller-memory.ts";
import type { DescriptorKind } from "./descriptor.ts";
import { controlled, duplicated } from "./duplicates.ts";
import { about, type EventSlots, made } from "./event-slots.ts";
import { closed, opened } from "./files.ts";
import type { LiveThread } from "./live-thread.ts";
import { newSocket, pipeEnds, plainDescriptor, socketPair } from "./make-descriptor.ts";
import { rawCalled } from "./raw-descriptors.ts";
import { accepted, bound, connected, listens } from "./sockets.ts";
import { standardStreams } from "./standard-streams.ts";
import { isSettled, toldDescriptor, usedDescriptor } from "./used-descriptor.ts";

/** The calls that make a descriptor of what has no name. */
type SpecialEvent = EventOf<
  "signalfd" | "signalfd4" | "eventfd" | "eventfd2" | "timerfd_create" | "inotify_init" | "inotify_init1"
>;

/** Brings what `event` does to the descriptors of `thread` into its table, and says in `slots` which one it is about. */
export function applyToDescriptors(slots: EventSlots, event: Event, thread: LiveThread): void {
  const table = thread.descriptors;
  switch (event.type) {
    // The most frequent first: the engine compares one after the other. What they read of their messages they read here, where
    // it is of one class of message.
    case "read": {
      const { message, direction } = event;
      const fd = message.fdNumber;
      const known = table.get(fd);
      const settled = isSettled(known, table, direction);
      about(slots, fd, settled ? known : toldDescriptor(table, fd, known, message.fdPath));
      return;
    }
    case "close":
      closed(slots, event, thread);
      return;
    case "write": {
      const { message, direction } = event;
      const fd = message.fdNumber;
      const known = table.get(fd);
      const settled = isSettled(known, table, direction);
      about(slots, fd, settled ? known : toldDescriptor(table, fd, known, message.fdPath));
      return;
    }
    case "openat":
    case "open":
    case "creat":
      opened(slots, event, thread);
      return;
    case "fcntl": {
      const { fd, cmd, argsNumber } = event.message;
      controlled(slots, event, thread, { fd, cmd, arg: argsNumber }, usedDescriptor(table, fd, event));
      return;
    }
    case "pread":
    case "readv":
    case "preadv":
    case "preadv2":
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
    case "dup3": {
      const { oldFd, flags } = event.message;
      const source = usedDescriptor(table, oldFd, event);
      duplicated(slots, event, thread, oldFd, source, event.type === "dup3" && closesOnExec(flags));
      return;
    }
    case "sentry_exec":
      standardStreams(event, table);
      return;
    case "execve":
    case "execveat": {
      const { message } = event;
      // Of a container's first program there is no enter.
      if (message.messageType !== 11) return;
      const dirfd = event.type === "execveat" ? message.fdNumber : undefined;
      pathGiven(slots, event, thread, dirfd, "filename", message.pathname);
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
      pathGiven(slots, event, thread, fd, "pathname", pathname);
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
    case "syscall":
      rawCalled(slots, event, thread);
      return;
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

function madeSpecial(slots: EventSlots, event: SpecialEvent, thread: LiveThread, kind: DescriptorKind): void {
  made(slots, event, thread, () => plainDescriptor(kind, "", closesOnExec(event.message.flags)));
}
