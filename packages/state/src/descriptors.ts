import { closesOnExec, type Event, type EventOf } from "@sentrytap/events";
import type { Descriptor, DescriptorKind } from "./descriptor.ts";
import type { DescriptorTable } from "./descriptor-table.ts";
import {
  inferDescriptor,
  newSocket,
  plainDescriptor,
  socketDescriptor,
  withAddress,
} from "./make-descriptor.ts";
import type { ThreadState } from "./process-state.ts";
import { resolvePath } from "./resolve-path.ts";

/** The descriptor that an event is about: its number, and what is known of it. */
export interface Subject {
  readonly number: number | undefined;
  readonly descriptor: Descriptor | undefined;
}

const none: Subject = { number: undefined, descriptor: undefined };
const einprogress = 115;
const oDirectory = 0o200000;
const fDupfd = 0;
const fSetfd = 2;
const fDupfdCloexec = 1030;

/** Brings what `event` does to the descriptors of `thread` into its table, and says which descriptor it is about. */
export function applyToDescriptors(event: Event, thread: ThreadState): Subject {
  const table = thread.live.descriptors;
  switch (event.type) {
    case "open":
    case "openat":
    case "creat":
      return made(event, table, event.args.fd, () => opened(event, thread));
    case "close": {
      const subject = known(table, event.args.fd, event.message.fdPath);
      // A close that fails has closed all the same, but for a descriptor that was not open (close(2)).
      if (event.direction === "exit" && event.errno !== 9) table.delete(event.args.fd);
      return subject;
    }
    case "read":
    case "pread":
    case "readv":
    case "preadv":
    case "preadv2":
    case "write":
    case "pwrite":
    case "writev":
    case "pwritev":
    case "pwritev2": {
      const fd = event.message.fdNumber;
      const descriptor = table.get(fd);
      return descriptor === undefined ? known(table, fd, event.message.fdPath) : { number: fd, descriptor };
    }
    case "socket":
      return made(event, table, event.args.fd, () => newSocket(event.args));
    case "connect":
      return connected(event, table);
    case "bind":
      return bound(event, table);
    case "accept":
    case "accept4":
      return made(event, table, event.args.fd, () => accepted(event, table));
    case "pipe":
    case "pipe2":
      return madePair(event, table, () => plainDescriptor("pipe", "", closesOnExec(event.args.flags)));
    case "socketpair":
      return madePair(event, table, () =>
        socketDescriptor(
          "unix",
          { protocol: undefined, local: undefined, remote: undefined, role: undefined },
          closesOnExec(event.args.flags),
        ),
      );
    case "dup":
    case "dup2":
    case "dup3":
      return duplicated(event, table, event.args.res, event.args.oldfd, closesOnExec(event.args.flags));
    case "fcntl":
      return controlled(event, table);
    case "fchdir":
      return known(table, event.args.fd ?? -1, event.message.fdPath);
    case "other":
      return other(event, table);
    default:
      return none;
  }
}

/** A call that makes a descriptor: on its exit `number` is the new one, or the negated errno. */
function made(
  event: Event,
  table: DescriptorTable,
  number: number | undefined,
  make: () => Descriptor | undefined,
): Subject {
  if (event.direction === "enter" || number === undefined) return none;
  if (number < 0) return { number, descriptor: undefined };
  const descriptor = make();
  if (descriptor !== undefined) table.set(number, descriptor);
  return { number, descriptor };
}

function madePair(
  event: EventOf<"pipe" | "pipe2" | "socketpair">,
  table: DescriptorTable,
  make: () => Descriptor,
): Subject {
  if (event.direction === "enter" || event.failed) return none;
  const descriptor = make();
  table.set(event.args.fd1, descriptor);
  table.set(event.args.fd2, descriptor);
  return { number: event.args.fd1, descriptor };
}

/** A descriptor that the event uses; one whose making was not seen is told from its path, where the event has that. */
function known(table: DescriptorTable, number: number, fdPath: string): Subject {
  let descriptor = table.get(number);
  if (descriptor === undefined && number >= 0) {
    descriptor = inferDescriptor(fdPath);
    if (descriptor !== undefined) table.set(number, descriptor);
  }
  return { number, descriptor };
}

function opened(event: EventOf<"open" | "openat" | "creat">, thread: ThreadState): Descriptor {
  const { name, dirfd, flags } = event.args;
  const directory = event.message.fdPath || thread.process.descriptor(dirfd)?.name || thread.process.cwd;
  const path = resolvePath(directory, name) ?? name;
  return plainDescriptor((flags & oDirectory) !== 0 ? "directory" : "file", path, closesOnExec(flags), flags);
}

function connected(event: EventOf<"connect">, table: DescriptorTable): Subject {
  const { fd, addr } = event.args;
  const before = known(table, fd, event.message.fdPath);
  if (event.direction === "enter" || addr === undefined) return before;
  const descriptor = withAddress(before.descriptor, { remote: addr, role: "client" });
  // Of an attempt that failed, the event shows where it went; the descriptor is what it was.
  if (!event.failed || event.errno === einprogress) table.set(fd, descriptor);
  return { number: fd, descriptor };
}

function bound(event: EventOf<"bind">, table: DescriptorTable): Subject {
  const { fd, addr } = event.args;
  const before = known(table, fd, event.message.fdPath);
  if (event.direction === "enter" || event.failed || addr === undefined) return before;
  const descriptor = withAddress(before.descriptor, { local: addr, role: "server" });
  table.set(fd, descriptor);
  return { number: fd, descriptor };
}

function accepted(event: EventOf<"accept" | "accept4">, table: DescriptorTable): Descriptor {
  const listener = known(table, event.args.listener, event.message.fdPath).descriptor;
  const accepted = withAddress(listener, { remote: event.args.addr, role: "server" });
  return { ...accepted, closeOnExec: closesOnExec(event.args.flags) };
}

function duplicated(
  event: EventOf<"dup" | "dup2" | "dup3" | "fcntl">,
  table: DescriptorTable,
  number: number | undefined,
  from: number,
  closeOnExec: boolean,
): Subject {
  const source = known(table, from, event.message.fdPath);
  if (event.direction === "enter" || number === undefined) return source;
  if (number < 0) return { number, descriptor: undefined };
  if (number === from) return source;
  if (source.descriptor === undefined) {
    table.delete(number);
    return { number, descriptor: undefined };
  }
  const descriptor = { ...source.descriptor, closeOnExec };
  table.set(number, descriptor);
  return { number, descriptor };
}

function controlled(event: EventOf<"fcntl">, table: DescriptorTable): Subject {
  const { res, fd, cmd } = event.args;
  if (cmd === fDupfd || cmd === fDupfdCloexec) {
    return duplicated(event, table, res, fd, cmd === fDupfdCloexec);
  }
  const subject = known(table, fd, event.message.fdPath);
  if (cmd === fSetfd && event.direction === "exit" && !event.failed && subject.descriptor !== undefined) {
    const descriptor = { ...subject.descriptor, closeOnExec: (event.message.argsNumber & 1) !== 0 };
    table.set(fd, descriptor);
    return { number: fd, descriptor };
  }
  return subject;
}

function other(event: EventOf<"other">, table: DescriptorTable): Subject {
  const { message } = event;
  switch (message.messageType) {
    case 20: // signalfd: of an existing descriptor, or -1 for a new one
      return made(event, table, event.result, () => anonymous("signalfd", message.flags));
    case 22:
      return made(event, table, event.result, () => anonymous("eventfd", message.flags));
    case 26:
      return made(event, table, event.result, () => anonymous("timerfd", message.flags));
    case 30:
      return made(event, table, event.result, () => anonymous("inotify", message.flags));
    case 27:
    case 28:
    case 31:
    case 32:
    case 37:
      return known(table, message.fd, message.fdPath);
    case 36:
      return known(table, message.fdNumber, message.fdPath);
    default:
      return none;
  }
}

function anonymous(kind: DescriptorKind, flags: number): Descriptor {
  return plainDescriptor(kind, "", closesOnExec(flags));
}
