import { closesOnExec, type EventOf, opensDirectory } from "@sentrytap/events";
import type { Descriptor } from "./descriptor.ts";
import { newSocket, plainDescriptor } from "./make-descriptor.ts";

/** MFD_CLOEXEC: see memfd_create(2). */
const mfdCloexec = 1;

/**
 * What the registers of a call that made a descriptor tell of it: all but names. `undefined` where they do not tell what
 * it refers to.
 */
export function madeRaw({ args, message }: EventOf<"syscall">): Descriptor | undefined {
  switch (args.name) {
    case "open":
    case "openat":
    case "open_by_handle_at": {
      const { flags } = args.params;
      const kind = opensDirectory(flags, message.sandbox.arch) ? "directory" : "file";
      return plainDescriptor(kind, "", closesOnExec(flags), flags);
    }
    case "creat":
    case "openat2": // whose flags lie in memory
      return plainDescriptor("file", "", false);
    case "socket":
      return newSocket(args.params);
    case "eventfd":
      return plainDescriptor("eventfd", "", false);
    case "eventfd2":
      return plainDescriptor("eventfd", "", closesOnExec(args.params.flags));
    case "epoll_create":
      return plainDescriptor("eventpoll", "", false);
    case "epoll_create1":
      return plainDescriptor("eventpoll", "", closesOnExec(args.params.flags));
    case "signalfd":
      return plainDescriptor("signalfd", "", false);
    case "signalfd4":
      return plainDescriptor("signalfd", "", closesOnExec(args.params.flags));
    case "timerfd_create":
      return plainDescriptor("timerfd", "", closesOnExec(args.params.flags));
    case "inotify_init":
      return plainDescriptor("inotify", "", false);
    case "inotify_init1":
      return plainDescriptor("inotify", "", closesOnExec(args.params.flags));
    case "memfd_create":
      return plainDescriptor("memfd", "", (args.params.flags & mfdCloexec) !== 0);
    case "pidfd_open":
      // As Falco names it. It always closes on exec, as does the next.
      return plainDescriptor("pidfd", `/proc/${args.params.pid}`, true);
    case "io_uring_setup":
      return plainDescriptor("io_uring", "", true);
    default:
      return undefined;
  }
}
