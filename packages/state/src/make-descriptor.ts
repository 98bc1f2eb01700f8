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
  return { kind, name, fdPath, flags, closeOnExec, socket: undefined };
}

/** A descriptor of a socket, named after its addresses. */
export function socketDescriptor(
  kind: DescriptorKind,
  socket: Socket,
  closeOnExec: boolean,
  fdPath?: string,
): Descriptor {
  return { kind, name: socketName(socket), fdPath, flags: undefined, closeOnExec, socket };
}

/** What socket(2) makes of `domain`, `type` and `protocol`. */
export function newSocket({
  domain,
  type,
  proto,
}: Pick<SocketArgs, "domain" | "type" | "proto">): Descriptor {
  const socket = { protocol: protocolOf(domain, type & 0xf, proto), ...unconnected };
  return socketDescriptor(kindOfFamily(domain), socket, closesOnExec(type));
}

/** What is known of a socket never seen made. */
const unconnected = { local: undefined, remote: undefined, role: undefined };

function protocolOf(domain: number, type: number, protocol: number): Socket["protocol"] {
  if (domain !== 2 && domain !== 10) return undefined;
  switch (type) {
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

function kindOfFamily(domain: number): DescriptorKind {
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

/** A descriptor of a Unix socket without addresses, as socketpair(2) makes two. */
export function pairedSocket(closeOnExec: boolean): Descriptor {
  return socketDescriptor("unix", { protocol: undefined, ...unconnected }, closeOnExec);
}

/** The socket `known` (or one never seen made) with what an address call says of it. */
export function withAddress(
  known: Descriptor | undefined,
  change: Pick<Socket, "role"> & Partial<Pick<Socket, "local" | "remote">>,
): Descriptor {
  const socket: Socket = { protocol: undefined, ...unconnected, ...known?.socket, ...change };
  const family = (change.remote ?? change.local)?.family;
  const kind = family === undefined || family === "other" ? (known?.kind ?? "unknown") : family;
  return socketDescriptor(kind, socket, known?.closeOnExec ?? false, known?.fdPath);
}

/** Falco's `fd.name` of a socket: `client->server` once connected, the bound address before. */
function socketName({ local, remote, role }: Socket): string {
  if (remote?.family === "unix") return remote.path;
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
