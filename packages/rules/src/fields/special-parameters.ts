import type { EventType } from "@sentrytap/events";
import { resultOf } from "./event-result.ts";
import {
  descriptor,
  descriptorFlags,
  hexadecimal,
  inotifyMask,
  mmapFlags,
  type Parameter,
  path,
  plain,
  protection,
  result,
} from "./parameter.ts";
import type { On, ParameterReaders } from "./parameter-readers.ts";

// The parameters of the calls about memory, and about descriptors of what has no name.

/** A call that made a descriptor: `res` is that. */
function made(event: On<EventType>): Parameter | undefined {
  return descriptor(event, resultOf(event));
}

const ofSignalfd = {
  res: made,
  fd: (event: On<"signalfd">) => descriptor(event, event.args.fd),
  // Falco has room for the first 32 signals.
  mask: ({ args }: On<"signalfd">) => hexadecimal(BigInt.asUintN(32, args.mask)),
};

const ofEventfd = { res: made, initval: ({ args }: On<"eventfd">) => plain(args.initval) };

const ofTimer = {
  res: result,
  fd: (event: On<"timerfd_settime"> | On<"timerfd_gettime">) => descriptor(event, event.args.fd),
};

export const specialParameters: ParameterReaders<
  | ("mmap" | "sentry_mmap" | "signalfd" | "signalfd4" | "eventfd" | "eventfd2")
  | ("timerfd_create" | "timerfd_settime" | "timerfd_gettime")
  | ("inotify_init" | "inotify_init1" | "inotify_add_watch" | "inotify_rm_watch")
> = {
  mmap: {
    res: result,
    vm_size: () => plain(0),
    vm_rss: () => plain(0),
    vm_swap: () => plain(0),
    addr: ({ args }) => hexadecimal(args.addr),
    length: ({ args }) => plain(args.length),
    prot: ({ args }) => protection(args.prot),
    flags: ({ args, sandbox }) => mmapFlags(args.flags, sandbox),
    fd: (event) => descriptor(event, event.args.fd),
    offset: ({ args }) => plain(args.offset),
  },
  sentry_mmap: { filename: ({ args }) => plain(args.path ?? "") },
  signalfd: { ...ofSignalfd, flags: ({ args }) => hexadecimal(args.flags) },
  signalfd4: { ...ofSignalfd, flags: ({ args }) => descriptorFlags(args.flags) },
  eventfd: { ...ofEventfd, flags: ({ args }) => hexadecimal(args.flags) },
  eventfd2: { ...ofEventfd, flags: ({ args }) => descriptorFlags(args.flags) },
  timerfd_create: {
    res: made,
    clockid: ({ args }) => plain(args.clockid),
    flags: ({ args }) => hexadecimal(args.flags),
  },
  timerfd_settime: { ...ofTimer, flags: ({ args }) => hexadecimal(args.flags) },
  timerfd_gettime: ofTimer,
  inotify_init: { res: made, flags: ({ args }) => hexadecimal(args.flags) },
  inotify_init1: { res: made, flags: ({ args }) => descriptorFlags(args.flags) },
  inotify_add_watch: {
    res: result,
    fd: (event) => descriptor(event, event.args.fd),
    pathname: (event) => path(event, event.args.pathname),
    mask: ({ args }) => inotifyMask(args.mask),
  },
  inotify_rm_watch: { res: result, fd: (event) => descriptor(event, event.args.fd) },
};
