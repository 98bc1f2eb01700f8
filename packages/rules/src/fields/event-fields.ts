import { errnoName, opensForReading, opensForWriting, opensToCreate } from "@sentrytap/events";
import type { DescriptorKind, TrackedEvent } from "@sentrytap/state";
import { absolutePath, atFdcwd } from "./absolute-path.ts";
import { define } from "./define.ts";
import { describeParameters } from "./event-argument-fields.ts";
import {
  callTypes,
  flaggedOpenTypes,
  readTypes,
  transferTypes,
  types,
  waitTypes,
  writeTypes,
} from "./event-groups.ts";
import { resultOf, typeOf } from "./event-result.ts";
import type { Field, FieldCoverage } from "./field.ts";

/** What a field says of its coverage. */
type Coverage = Pick<FieldCoverage, "eventTypes" | "needs" | "values">;

/** A field that says yes or no: no of every event of another type than `eventTypes`. */
function flag(
  name: string,
  description: string,
  { eventTypes, needs }: Coverage,
  read: (event: TrackedEvent) => boolean,
): Field {
  return define({
    name,
    type: "boolean",
    description,
    ...(eventTypes !== undefined && { eventTypes, elsewhere: false }),
    ...(needs !== undefined && { needs }),
    read,
  });
}

function text(
  name: string,
  description: string,
  coverage: Coverage,
  read: (event: TrackedEvent) => string | undefined,
): Field {
  return define({ name, type: "string", description, ...coverage, read });
}

function count(
  name: string,
  description: string,
  coverage: Coverage,
  read: (event: TrackedEvent) => number | undefined,
): Field {
  return define({ name, type: "uint32", description, ...coverage, read });
}

/** The open flags of an open; creat(2) has none of its own. */
function openFlags(event: TrackedEvent): number | undefined {
  switch (event.type) {
    case "open":
    case "openat":
      // Asked of every open: `args` would decode its path.
      return event.message.flags;
    case "syscall":
      return flaggedOpenTypes.has(typeOf(event)) && "flags" in event.args.params
        ? Number(event.args.params.flags)
        : undefined;
    default:
      return undefined;
  }
}

/** The permissions that an open gives a file that it creates. */
function creationMode(event: TrackedEvent): number {
  switch (event.type) {
    case "open":
    case "openat":
    case "creat":
      return event.args.mode;
    case "syscall":
      return "mode" in event.args.params ? Number(event.args.params.mode) : 0;
    default:
      return 0;
  }
}

function reads(event: TrackedEvent): boolean {
  return readTypes.has(typeOf(event));
}

function writes(event: TrackedEvent): boolean {
  return writeTypes.has(typeOf(event));
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

const categoryNames: readonly string[] = [
  ...["file", "net", "IPC", "ipc", "memory", "process", "signal", "sleep", "system", "time", "user"],
  ...["wait", "other", "unknown"],
];

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

/** open(2)'s O_CREAT and O_EXCL, the same on every architecture. */
const oCreat = 0o100;
const oExcl = 0o200;

/** Whether an open that has succeeded has surely made its file. */
function surelyCreates(flags: number, { arch }: TrackedEvent["sandbox"]): boolean {
  const isTemporary = opensToCreate(flags & ~oCreat, arch);
  return isTemporary || ((flags & oCreat) !== 0 && (flags & oExcl) !== 0);
}

const always: Coverage = {};
const calls: Coverage = { eventTypes: callTypes };
/** What depends on what the descriptor of the call is. */
const callsByDescriptor: Coverage = { eventTypes: callTypes, needs: ["context:thread_id", "descriptors"] };
const opens: Coverage = { eventTypes: flaggedOpenTypes };
const paths: Coverage = {
  eventTypes: types("open openat fchmod fchown"),
  needs: ["context:thread_id", "directories", "descriptors"],
};

/** `evt.*` but for times and arguments. */
export const eventFields: readonly Field[] = [
  define({
    name: "evt.num",
    type: "unsigned",
    description: "Events seen so far, this one included.",
    read: (_event, _argument, { eventNumber }) => eventNumber,
  }),
  text("evt.type", "Name of the event, such as open.", always, typeOf),
  text("syscall.type", "Name of the system call; absent for what is none.", calls, (event) =>
    resultOf(event) === undefined ? undefined : typeOf(event),
  ),
  text(
    "evt.dir",
    "< for calls, which rules see when they return; > for the end of a thread.",
    { values: ["<", ">"] },
    ({ type }) => (type === "procexit" ? ">" : "<"),
  ),
  text(
    "evt.category",
    "What kind of work: file, net, IPC, process, user and more.",
    { needs: ["context:thread_id", "descriptors"], values: categoryNames },
    category,
  ),
  text("evt.args", "All arguments in one string.", always, describeParameters),
  text("evt.info", "The same as evt.args.", always, describeParameters),
  text("evt.res", "SUCCESS, or the name of the error.", calls, (event) => {
    const result = resultOf(event);
    if (result === undefined) return undefined;
    return result >= 0 ? "SUCCESS" : (errnoName(-result) ?? String(-result));
  }),
  define({
    name: "evt.rawres",
    type: "number",
    description: "What the call returned, or the negated errno.",
    eventTypes: callTypes,
    read: resultOf,
  }),
  define({
    name: "evt.failed",
    type: "boolean",
    description: "Whether the call returned an error.",
    eventTypes: callTypes,
    read: (event) => {
      const result = resultOf(event);
      return result === undefined ? undefined : result < 0;
    },
  }),
  flag(
    "evt.is_io",
    "Whether the call reads or writes a descriptor.",
    { eventTypes: transferTypes },
    (event) => reads(event) || writes(event),
  ),
  flag("evt.is_io_read", "Whether the call reads from a descriptor.", { eventTypes: readTypes }, reads),
  flag("evt.is_io_write", "Whether the call writes to a descriptor.", { eventTypes: writeTypes }, writes),
  text(
    "evt.io_dir",
    "read or write, of calls that do either.",
    { eventTypes: transferTypes, values: ["read", "write"] },
    (event) => {
      if (reads(event)) return "read";
      return writes(event) ? "write" : undefined;
    },
  ),
  flag("evt.is_wait", "Whether the call waits.", { eventTypes: waitTypes }, (event) =>
    waitTypes.has(typeOf(event)),
  ),
  flag(
    "evt.is_syslog",
    "Whether the call writes to /dev/log.",
    { eventTypes: writeTypes, needs: ["context:thread_id", "descriptors"] },
    (event) => event.fd?.name.includes("/dev/log") === true && writes(event),
  ),
  define({
    name: "evt.is_async",
    type: "boolean",
    description: "Always false: there are no such events here.",
    constant: false,
    read: () => false,
  }),
  define({
    name: "evt.buflen",
    type: "unsigned",
    description: "Bytes that were read or written.",
    eventTypes: transferTypes,
    needs: ["context:thread_id", "descriptors"],
    read: (event) => {
      const result = resultOf(event);
      const moved = reads(event) || writes(event);
      return moved && event.fd !== undefined && result !== undefined && result >= 0 ? result : undefined;
    },
  }),
  define({ name: "evt.count", type: "uint32", description: "Always 1.", constant: 1, read: () => 1 }),
  count("evt.count.error", "1 for calls that failed.", calls, (event) => errorCount(event, true)),
  count("evt.count.error.file", "1 for calls on files that failed.", callsByDescriptor, (event) =>
    errorCount(event, isFile(event)),
  ),
  count("evt.count.error.net", "1 for calls on sockets that failed.", callsByDescriptor, (event) =>
    errorCount(event, isNetwork(event)),
  ),
  count("evt.count.error.memory", "1 for calls on memory that failed.", callsByDescriptor, (event) => {
    return errorCount(event, category(event) === "memory");
  }),
  count("evt.count.error.other", "1 for other calls that failed.", callsByDescriptor, (event) => {
    return errorCount(event, !isFile(event) && !isNetwork(event) && category(event) !== "memory");
  }),
  define({
    name: "evt.count.exit",
    type: "uint32",
    description: "Always 1: rules see calls when they return.",
    constant: 1,
    read: () => 1,
  }),
  flag(
    "evt.is_open_read",
    "Whether a file is opened to be read; says nothing of success.",
    opens,
    (event) => {
      const flags = openFlags(event);
      return flags !== undefined && opensForReading(flags);
    },
  ),
  flag(
    "evt.is_open_write",
    "Whether a file is opened to be written; says nothing of success.",
    opens,
    (event) => {
      const flags = openFlags(event);
      return flags !== undefined && opensForWriting(flags);
    },
  ),
  flag(
    "evt.is_open_exec",
    "Whether a file may be created with permission to execute it.",
    { eventTypes: types("open openat creat") },
    (event) => {
      const flags = openFlags(event);
      const creates =
        typeOf(event) === "creat" || (flags !== undefined && opensToCreate(flags, event.sandbox.arch));
      return creates && (creationMode(event) & 0o111) !== 0;
    },
  ),
  flag(
    "evt.is_open_create",
    "Whether an open has surely created its file: it succeeded, and was exclusive.",
    opens,
    (event) => {
      const flags = openFlags(event);
      return flags !== undefined && !event.failed && surelyCreates(flags, event.sandbox);
    },
  ),
  text(
    "evt.abspath",
    "Absolute path of an openat.",
    { eventTypes: types("openat"), needs: ["context:thread_id", "directories", "descriptors"] },
    (event) => (event.type === "openat" ? absolutePath(event, event.args.name, event.args.dirfd) : undefined),
  ),
  define({
    name: "evt.source",
    type: "string",
    description: "Always syscall.",
    constant: "syscall",
    read: () => "syscall",
  }),
  define({
    name: "evt.hostname",
    type: "string",
    description: "Name of the host, as configured.",
    read: (_event, _argument, { hostname }) => hostname,
  }),
  text("fs.path.name", "Absolute path of the file that a successful call is about.", paths, (event) => {
    if (event.failed) return undefined;
    switch (event.type) {
      case "open":
      case "openat": {
        const { name, dirfd } = event.args;
        return event.fd?.name || absolutePath(event, name, event.type === "open" ? atFdcwd : dirfd);
      }
      default:
        return pathOfDescriptor(event);
    }
  }),
  text("fs.path.nameraw", "The path as the successful call gave it.", paths, (event) => {
    if (event.failed) return undefined;
    if (event.type === "open" || event.type === "openat") return event.args.name;
    return pathOfDescriptor(event);
  }),
];

/** The file that fchmod(2) or fchown(2) changes. */
function pathOfDescriptor(event: TrackedEvent): string | undefined {
  const type = typeOf(event);
  return type === "fchmod" || type === "fchown" ? event.fd?.name || undefined : undefined;
}
