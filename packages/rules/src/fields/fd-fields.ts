import type { Descriptor, TrackedEvent } from "@sentrytap/state";
import { absolutePath, atFdcwd } from "./absolute-path.ts";
import { shortId } from "./container-id.ts";
import { define } from "./define.ts";
import {
  descriptorChar,
  descriptorType,
  descriptorTypeChars,
  descriptorTypeNames,
} from "./describe-descriptor.ts";
import { descriptorTypes } from "./event-groups.ts";
import { hasDescriptor } from "./event-result.ts";
import type { Field } from "./field.ts";

const ofDescriptors = {
  eventTypes: descriptorTypes,
  needs: ["context:thread_id", "descriptors"],
} as const;

/** With paths, some of which are relative. */
const ofPaths = {
  eventTypes: descriptorTypes,
  needs: ["context:thread_id", "descriptors", "directories"],
} as const;

function text(
  name: string,
  description: string,
  read: (fd: Descriptor, event: TrackedEvent) => string | undefined,
): Field {
  return define({
    name,
    type: "string",
    description,
    ...ofDescriptors,
    read: (event) => event.fd && read(event.fd, event),
  });
}

function flag(name: string, description: string, read: (fd: Descriptor) => boolean): Field {
  return define({ name, type: "boolean", description, ...ofDescriptors, read: ({ fd }) => fd && read(fd) });
}

/** A name even where there is no descriptor: an open that failed still names its file. */
function nameOf(event: TrackedEvent): string | undefined {
  if (event.fd !== undefined) return event.fd.name;
  if (!hasDescriptor(event)) return undefined;
  switch (event.type) {
    case "open":
    case "creat":
      return absolutePath(event, event.args.name, atFdcwd);
    case "openat":
      return absolutePath(event, event.args.name, event.args.dirfd);
    default:
      return "";
  }
}

/** The letter that an event's kind suggests where nothing is known of its descriptor. */
function charOf(event: TrackedEvent): string | undefined {
  if (event.fd !== undefined) return descriptorChar(event.fd);
  if (!hasDescriptor(event)) return undefined;
  switch (event.type) {
    case "open":
    case "openat":
    case "creat":
      return "f";
    case "socket":
    case "connect":
    case "accept":
    case "accept4":
      return "4";
    case "pipe":
    case "pipe2":
      return "p";
    default:
      return "o";
  }
}

function isFile({ kind }: Descriptor): boolean {
  return kind === "file" || kind === "device";
}

function directoryOf(name: string): string {
  const slash = name.lastIndexOf("/");
  if (slash <= 0) return "/";
  return slash < name.length - 1 ? name.slice(0, slash) : name;
}

function directory(event: TrackedEvent): string | undefined {
  const { fd } = event;
  if (fd === undefined) {
    const name = nameOf(event);
    return name === undefined ? undefined : directoryOf(name);
  }
  // What was opened by a call that is told without its path has no name.
  if (fd.name === "") return undefined;
  if (fd.kind === "directory") return fd.name;
  return isFile(fd) ? directoryOf(fd.name) : undefined;
}

/** `fd.*` but for addresses. */
export const fdFields: readonly Field[] = [
  define({
    name: "fd.num",
    type: "number",
    description: "Number of the descriptor; of a call that failed to make one, the negated errno.",
    eventTypes: descriptorTypes,
    needs: ["context:thread_id"],
    read: ({ fdNumber }) => fdNumber,
  }),
  define({
    name: "fd.type",
    type: "string",
    description: "What it refers to: file, directory, ipv4, unix, pipe and so on.",
    values: descriptorTypeNames,
    ...ofDescriptors,
    read: ({ fd }) => fd && descriptorType(fd),
  }),
  define({
    name: "fd.typechar",
    type: "string",
    description: "The same in one letter: f, d, 4, 6, u, p and so on.",
    values: descriptorTypeChars,
    ...ofDescriptors,
    read: charOf,
  }),
  define({
    name: "fd.name",
    type: "string",
    description: "Absolute path of a file, addresses of a connection.",
    ...ofPaths,
    read: nameOf,
  }),
  define({
    name: "fd.nameraw",
    type: "string",
    description: "The path as the call gave it.",
    ...ofDescriptors,
    read: (event) => (event.type !== "syscall" && "name" in event.args ? event.args.name : nameOf(event)),
  }),
  define({
    name: "fd.directory",
    type: "string",
    description: "Directory of a file, or the directory itself.",
    ...ofPaths,
    read: directory,
  }),
  text("fd.filename", "Name of a file without its directory.", (fd) => {
    const { name } = fd;
    if (!isFile(fd) || name === "") return undefined;
    const slash = name.lastIndexOf("/");
    if (slash < 0) return "/";
    return slash < name.length - 1 ? name.slice(slash + 1) : name;
  }),
  text(
    "fd.containername",
    "Container id and name, with a colon between them.",
    ({ name }, { containerId }) => `${shortId(containerId ?? "")}:${name}`,
  ),
  define({
    name: "fd.containerdirectory",
    type: "string",
    description: "Container id and directory, with a colon between them.",
    eventTypes: descriptorTypes,
    needs: ["context:container_id", ...ofPaths.needs],
    read: (event) => {
      const path = directory(event);
      return path === undefined ? undefined : `${shortId(event.containerId ?? "")}:${path}`;
    },
  }),
  text(
    "fd.l4proto",
    "tcp, udp, icmp or raw; <NA> for what is no such socket.",
    ({ socket }) => socket?.protocol ?? "<NA>",
  ),
  text("fd.sockfamily", "ip or unix, of sockets.", ({ kind }) => {
    if (kind === "ipv4" || kind === "ipv6") return "ip";
    return kind === "unix" ? "unix" : undefined;
  }),
  flag(
    "fd.is_server",
    "Whether the process is the server of the connection, or listens.",
    ({ kind, socket }) => {
      return (kind === "ipv4" || kind === "ipv6") && socket?.role === "server";
    },
  ),
  flag("fd.connected", "Whether the socket has a peer.", ({ socket }) => socket?.remote !== undefined),
  define({
    name: "fd.name_changed",
    type: "boolean",
    description: "Always false: not followed.",
    constant: false,
    ...ofDescriptors,
    read: ({ fd }) => fd && false,
  }),
  define({
    name: "fd.types",
    type: "string",
    many: "list",
    argument: "index",
    description:
      "Types of the descriptors that the process has open, of events that are about one; with a number, of that one.",
    needs: ["context:thread_id", "descriptors"],
    read: (event, index) => {
      const { thread } = event;
      if (index !== undefined) {
        const descriptor = thread?.descriptor(index);
        return descriptor && [descriptorType(descriptor)];
      }
      if (thread === undefined || !hasDescriptor(event)) return undefined;
      return [...new Set(Array.from(thread.process.descriptors(), ([, open]) => descriptorType(open)))];
    },
  }),
  define({
    name: "fd.uid",
    type: "string",
    description: "Thread and descriptor in one string.",
    eventTypes: descriptorTypes,
    needs: ["context:thread_id"],
    read: (event) => (hasDescriptor(event) ? `${event.tid ?? ""}${event.fdNumber ?? ""}` : undefined),
  }),
];
