import { errnoName, opensForReading, opensForWriting } from "@sentrytap/events";
import type { DescriptorKind, TrackedEvent } from "@sentrytap/state";
import { absolutePath, atFdcwd } from "./absolute-path.ts";
import { define } from "./define.ts";
import { describeParameters } from "./event-argument-fields.ts";
import { resultOf, typeOf } from "./event-result.ts";
import type { Field } from "./field.ts";

function flag(name: string, description: string, read: (event: TrackedEvent) => boolean | undefined): Field {
  return define({ name, type: "boolean", description, read });
}

function text(name: string, description: string, read: (event: TrackedEvent) => string | undefined): Field {
  return define({ name, type: "string", description, read });
}

function count(name: string, description: string, read: (event: TrackedEvent) => number | undefined): Field {
  return define({ name, type: "uint32", description, read });
}

/** The open flags of an open; creat(2) has none of its own. */
function openFlags(event: TrackedEvent): number | undefined {
  return event.type === "open" || event.type === "openat" ? event.args.flags : undefined;
}

function calls(names: string): ReadonlySet<string> {
  return new Set(names.split(" "));
}

const readCalls = calls(
  "read pread readv preadv preadv2 recvfrom recvmsg recvmmsg copy_file_range finit_module",
);
const writeCalls = calls("write pwrite writev pwritev pwritev2 sendto sendmsg sendmmsg copy_file_range");
const waitCalls = calls("epoll_wait nanosleep poll ppoll select");

function reads(event: TrackedEvent): boolean {
  return readCalls.has(typeOf(event));
}

function writes(event: TrackedEvent): boolean {
  return writeCalls.has(typeOf(event));
}

function category(event: TrackedEvent): string {
  switch (event.category) {
    case "io-read":
    case "io-write":
    case "io-other":
      return ioCategory(event);
    case "ipc":
      return "IPC";
    default:
      return event.category;
  }
}

/** What transfers data is of the category of its descriptor: Falco's, by its type. */
const categories: Readonly<Partial<Record<DescriptorKind, string>>> = {
  file: "file",
  directory: "file",
  device: "file",
  ipv4: "net",
  ipv6: "net",
  pipe: "ipc",
  unix: "ipc",
  eventfd: "ipc",
  signalfd: "ipc",
  inotify: "ipc",
};

function ioCategory({ fd }: TrackedEvent): string {
  return (fd && categories[fd.kind]) ?? "unknown";
}

function errorCount(event: TrackedEvent, matches: boolean): number | undefined {
  const result = resultOf(event);
  return result === undefined || !matches ? undefined : Number(result < 0);
}

function isNetwork({ fd, type }: TrackedEvent): boolean {
  if (fd === undefined) return type === "connect" || type === "accept" || type === "accept4";
  return fd.kind === "ipv4" || fd.kind === "ipv6" || fd.kind === "unix";
}

function isFile({ fd, type }: TrackedEvent): boolean {
  if (fd === undefined) return type === "open" || type === "openat" || type === "creat";
  return fd.kind === "file" || fd.kind === "directory" || fd.kind === "device";
}

/** `evt.*` but for times and arguments. */
export const eventFields: readonly Field[] = [
  define({
    name: "evt.num",
    type: "unsigned",
    description: "Events seen so far, this one included.",
    read: (_event, _argument, { eventNumber }) => eventNumber,
  }),
  text("evt.type", "Name of the event, such as open.", typeOf),
  text("syscall.type", "Name of the system call; absent for what is none.", (event) =>
    resultOf(event) === undefined ? undefined : typeOf(event),
  ),
  text("evt.dir", "< for calls, which rules see when they return; > for the end of a thread.", ({ type }) =>
    type === "procexit" ? ">" : "<",
  ),
  text("evt.category", "What kind of work: file, net, IPC, process, user and more.", category),
  text("evt.args", "All arguments in one string.", describeParameters),
  text("evt.info", "The same as evt.args.", describeParameters),
  text("evt.res", "SUCCESS, or the name of the error.", (event) => {
    const result = resultOf(event);
    if (result === undefined) return undefined;
    return result >= 0 ? "SUCCESS" : (errnoName(-result) ?? String(-result));
  }),
  define({
    name: "evt.rawres",
    type: "number",
    description: "What the call returned, or the negated errno.",
    read: resultOf,
  }),
  flag("evt.failed", "Whether the call returned an error.", (event) => {
    const result = resultOf(event);
    return result === undefined ? undefined : result < 0;
  }),
  flag(
    "evt.is_io",
    "Whether the call reads or writes a descriptor.",
    (event) => reads(event) || writes(event),
  ),
  flag("evt.is_io_read", "Whether the call reads from a descriptor.", reads),
  flag("evt.is_io_write", "Whether the call writes to a descriptor.", writes),
  text("evt.io_dir", "read or write, of calls that do either.", (event) => {
    if (reads(event)) return "read";
    return writes(event) ? "write" : undefined;
  }),
  flag("evt.is_wait", "Whether the call waits.", (event) => waitCalls.has(typeOf(event))),
  flag("evt.is_syslog", "Whether the call writes to /dev/log.", (event) => {
    return event.fd?.name.includes("/dev/log") === true && writes(event);
  }),
  flag("evt.is_async", "Always false: there are no such events here.", () => false),
  define({
    name: "evt.buflen",
    type: "unsigned",
    description: "Bytes that were read or written.",
    read: (event) => {
      const result = resultOf(event);
      const moved = reads(event) || writes(event);
      return moved && event.fd !== undefined && result !== undefined && result >= 0 ? result : undefined;
    },
  }),
  count("evt.count", "Always 1.", () => 1),
  count("evt.count.error", "1 for calls that failed.", (event) => errorCount(event, true)),
  count("evt.count.error.file", "1 for calls on files that failed.", (event) =>
    errorCount(event, isFile(event)),
  ),
  count("evt.count.error.net", "1 for calls on sockets that failed.", (event) =>
    errorCount(event, isNetwork(event)),
  ),
  count("evt.count.error.memory", "1 for calls on memory that failed.", (event) => {
    return errorCount(event, category(event) === "memory");
  }),
  count("evt.count.error.other", "1 for other calls that failed.", (event) => {
    return errorCount(event, !isFile(event) && !isNetwork(event) && category(event) !== "memory");
  }),
  count("evt.count.exit", "Always 1: rules see calls when they return.", () => 1),
  flag("evt.is_open_read", "Whether a file is opened to be read; says nothing of success.", (event) => {
    const flags = openFlags(event);
    return flags !== undefined && opensForReading(flags);
  }),
  flag("evt.is_open_write", "Whether a file is opened to be written; says nothing of success.", (event) => {
    const flags = openFlags(event);
    return flags !== undefined && opensForWriting(flags);
  }),
  flag("evt.is_open_exec", "Whether a file may be created with permission to execute it.", (event) => {
    if (event.type === "creat") return (event.args.mode & 0o111) !== 0;
    const flags = openFlags(event);
    const creates = flags !== undefined && ((flags & 0o100) !== 0 || (flags & 0o20000000) !== 0);
    return creates && "mode" in event.args && (event.args.mode & 0o111) !== 0;
  }),
  flag(
    "evt.is_open_create",
    "Whether an open has surely created its file: it succeeded, and was exclusive.",
    (event) => {
      const flags = openFlags(event);
      if (flags === undefined || event.failed) return false;
      return (flags & 0o300) === 0o300 || (flags & 0o20000000) !== 0;
    },
  ),
  text("evt.abspath", "Absolute path of an openat.", (event) =>
    event.type === "openat" ? absolutePath(event, event.args.name, event.args.dirfd) : undefined,
  ),
  text("evt.source", "Always syscall.", () => "syscall"),
  define({
    name: "evt.hostname",
    type: "string",
    description: "Name of the host, as configured.",
    read: (_event, _argument, { hostname }) => hostname,
  }),
  text("fs.path.name", "Absolute path of the file that a successful call names.", (event) => {
    if (event.failed || (event.type !== "open" && event.type !== "openat")) return undefined;
    const { name, dirfd } = event.args;
    return event.fd?.name || absolutePath(event, name, event.type === "open" ? atFdcwd : dirfd);
  }),
  text("fs.path.nameraw", "The path as the successful call gave it.", (event) => {
    if (event.failed || (event.type !== "open" && event.type !== "openat")) return undefined;
    return event.args.name;
  }),
];
