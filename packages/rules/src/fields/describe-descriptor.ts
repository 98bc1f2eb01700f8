import type { Descriptor, DescriptorKind } from "@sentrytap/state";

const typeNames: Readonly<Record<DescriptorKind, string>> = {
  file: "file",
  directory: "directory",
  device: "file",
  ipv4: "ipv4",
  ipv6: "ipv6",
  unix: "unix",
  netlink: "netlink",
  packet: "unsupported",
  pipe: "pipe",
  eventfd: "event",
  eventpoll: "eventpoll",
  signalfd: "signalfd",
  timerfd: "timerfd",
  inotify: "inotify",
  memfd: "memfd",
  pidfd: "pidfd",
  io_uring: "io_uring",
  host: "unknown",
  unknown: "unknown",
};

const typeChars: Readonly<Record<DescriptorKind, string>> = {
  file: "f",
  directory: "d",
  device: "f",
  ipv4: "4",
  ipv6: "6",
  unix: "u",
  netlink: "n",
  packet: "X",
  pipe: "p",
  eventfd: "e",
  eventpoll: "l",
  signalfd: "s",
  timerfd: "t",
  inotify: "i",
  memfd: "m",
  pidfd: "P",
  io_uring: "r",
  host: "o",
  unknown: "o",
};

/** Every `fd.type`, and every `fd.typechar`. */
export const descriptorTypeNames: readonly string[] = [...new Set(Object.values(typeNames))];
export const descriptorTypeChars: readonly string[] = [...new Set(Object.values(typeChars))];

const socketKinds: ReadonlySet<string> = new Set<DescriptorKind>([
  "ipv4",
  "ipv6",
  "unix",
  "netlink",
  "packet",
]);

/** Those of `table` that are of no socket. */
function ofOthers(table: Readonly<Record<DescriptorKind, string>>): readonly string[] {
  const kinds = Object.entries(table).filter(([kind]) => !socketKinds.has(kind));
  return [...new Set(kinds.map(([, value]) => value))];
}

/** Every `fd.type`, and every `fd.typechar`, of what is no socket. */
export const otherTypeNames: readonly string[] = ofOthers(typeNames);
export const otherTypeChars: readonly string[] = ofOthers(typeChars);

/** Falco's word for what a descriptor refers to: `fd.type`. */
export function descriptorType({ kind }: Descriptor): string {
  return typeNames[kind];
}

/** A socket that is bound or listens, and has no peer. */
export function isListening({ socket }: Descriptor): boolean {
  return socket !== undefined && socket.role === "server" && socket.remote === undefined;
}

/** The one letter for it: `fd.typechar`. */
export function descriptorChar({ kind }: Descriptor): string {
  return typeChars[kind];
}

const protocolChars: Readonly<Record<string, string>> = { tcp: "t", udp: "u", icmp: "i", raw: "r" };

/** A descriptor as Falco prints it behind its number: `<f>/etc/passwd`, `<4t>127.0.0.1:1->127.0.0.1:2`. */
export function describeDescriptor(descriptor: Descriptor): string {
  const protocol =
    descriptor.kind === "ipv4" || descriptor.kind === "ipv6"
      ? (protocolChars[descriptor.socket?.protocol ?? ""] ?? "")
      : "";
  return `<${typeChars[descriptor.kind]}${protocol}>${descriptor.name}`;
}
