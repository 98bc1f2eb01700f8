import { closesOnExec, type SocketAddress, type SocketArgs } from "@sentrytap/events";
import type { Descriptor, DescriptorKind, Socket } from "./descriptor.ts";

/** A descriptor that is no socket. */
export function plainDescriptor(
  kind: DescriptorKind,
  name: string,
  closeOnExec: boolean,
  flags?: number,
  fdPath?: string,
): Descriptor {
  return { kind, name, fdPath, flags, closeOnExec, deleted: false, socket: undefined };
}

/** A descriptor of a socket, named after its addresses. */
export function socketDescriptor(
  kind: DescriptorKind,
  socket: Socket,
  closeOnExec: boolean,
  fdPath?: string,
): Descriptor {
  const name = socketName(socket);
  return { kind, name, fdPath, flags: undefined, closeOnExec, deleted: false, socket };
}

/** What socket(2) makes of `domain`, `type` and `protocol`. */
export function newSocket({
  domain,
  type,
  proto,
}: Pick<SocketArgs, "domain" | "type" | "proto">): Descriptor {
  const socket = { ...unknownSocket, protocol: protocolOf(domain, type, proto) };
  return socketDescriptor(kindOfFamily(domain), socket, closesOnExec(type));
}

/** What is known of a socket never seen made. */
export const unknownSocket: Socket = {
  protocol: undefined,
  local: undefined,
  remote: undefined,
  role: undefined,
  listening: false,
};

/** What a socket of `domain`, `type` (with or without flags) and `protocol` speaks, where that is an internet protocol. */
export function protocolOf(domain: number, type: number, protocol: number): Socket["protocol"] {
  if (domain !== 2 && domain !== 10) return undefined;
  switch (type & 0xf) {
    case 1:
      return "tcp";
    case 2:
      return protocol === 1 || protocol === 58 ? "icmp" : "udp";
    case 3:
      return protocol === 1 || protocol === 58 ? "icmp" : "raw";
    default:
      return undefined;
  }
}

/** What a socket of family `domain` is. */
export function kindOfFamily(domain: number): DescriptorKind {
  switch (domain) {
    case 1:
      return "unix";
    case 2:
      return "ipv4";
    case 10:
      return "ipv6";
    case 16:
      return "netlink";
    case 17:
      return "packet";
    default:
      return "unknown";
  }
}

/** What socketpair(2) makes of `type`: two Unix sockets without addresses. */
export function socketPair(type: number): readonly [Descriptor, Descriptor] {
  const socket = socketDescriptor("unix", unknownSocket, closesOnExec(type));
  return [socket, socket];
}

/** What pipe2(2) makes of `flags`: the end to read from, and the one to write to. */
export function pipeEnds(flags: number): readonly [Descriptor, Descriptor] {
  const closeOnExec = closesOnExec(flags);
  return [
    plainDescriptor("pipe", "", closeOnExec, flags),
    plainDescriptor("pipe", "", closeOnExec, flags | oWronly),
  ];
}

/** O_WRONLY: see open(2). O_RDONLY is none. */
const oWronly = 1;

/** The socket `known` (or one never seen made) with what a call says of it. */
export function withAddress(known: Descriptor | undefined, change: Partial<Socket>): Descriptor {
  const socket: Socket = { ...unknownSocket, ...known?.socket, ...change };
  const family = (change.remote ?? change.local)?.family;
  const kind = family === undefined || family === "other" ? (known?.kind ?? "unknown") : family;
  return socketDescriptor(kind, socket, known?.closeOnExec ?? false, known?.fdPath);
}

/** Falco's `fd.name` of a socket: `client->server` once connected, the bound address before. */
function socketName({ local, remote, role }: Socket): string {
  // Of two Unix sockets that are connected, one at most has a path: the server.
  if (remote?.family === "unix" && (remote.path !== "" || local?.family !== "unix")) return remote.path;
  if (remote?.family === "ipv4" || remote?.family === "ipv6") {
    const here = local?.family === remote.family ? endpoint(local) : unknownEnd(remote.family);
    return role === "server" ? `${endpoint(remote)}->${here}` : `${here}->${endpoint(remote)}`;
  }
  if (local?.family === "unix") return local.path;
  return local?.family === "ipv4" || local?.family === "ipv6" ? endpoint(local) : "";
}

function endpoint(address: Extract<SocketAddress, { readonly port: number }>): string {
  return `${address.ip}:${address.port}`;
}

function unknownEnd(family: "ipv4" | "ipv6"): string {
  return family === "ipv4" ? "0.0.0.0:0" : ":::0";
}
