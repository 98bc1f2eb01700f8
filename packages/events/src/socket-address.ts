import { Buffer } from "node:buffer";

/** An address as a `struct sockaddr` carries it, by family. */
export type SocketAddress =
  /** ip(7). */
  | { readonly family: "ipv4"; readonly ip: string; readonly port: number }
  /** ipv6(7). */
  | {
      readonly family: "ipv6";
      /** As RFC 5952 writes it; one that stands for an IPv4 address as `::ffff:1.2.3.4`. */
      readonly ip: string;
      readonly port: number;
      /** Number of the network interface, of an address that means something on one only. */
      readonly scopeId?: number | undefined;
    }
  /** unix(7). */
  | {
      readonly family: "unix";
      /** Empty for an unnamed socket. An abstract name begins with `@`, and may have NULs in it. */
      readonly path: string;
      /** The bytes of a path or name, a copy, where `path` cannot say them: they are not UTF-8. */
      readonly bytes?: Uint8Array | undefined;
    }
  /** netlink(7): the port of one end, and the multicast groups as bits. */
  | { readonly family: "netlink"; readonly pid: number; readonly groups: number }
  /** packet(7). */
  | {
      readonly family: "packet";
      /** EtherType: 0x800 is IPv4, 3 is all. */
      readonly protocol: number;
      /** Number of the network interface; 0 for any. */
      readonly interfaceIndex: number;
      /** ARP hardware type: 1 is Ethernet. */
      readonly hardwareType: number;
      readonly packetType: number;
      /** Hexadecimal bytes with colons between them; empty where there are none. */
      readonly hardwareAddress: string;
    }
  /** Another family, or too few bytes for the one it claims: the number, and a copy of the bytes, at most 128. */
  | { readonly family: "other"; readonly number: number; readonly bytes: Uint8Array };

/** Bytes of the longest address, `struct sockaddr_storage`, and of the longest Unix path. */
const maxAddress = 128;
const maxUnixPath = 108;

const text = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads the raw `struct sockaddr` of a trace point, of any length down to none; what a family needs and is not there
 * makes it an `other`. Undefined where there is not even a family, as accept(2) without an address gives. Nothing of
 * `bytes` is kept.
 */
export function parseSocketAddress(bytes: Uint8Array): SocketAddress | undefined {
  if (bytes.length < 2) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const number = view.getUint16(0, true);
  return readers[number]?.(bytes, view) ?? { family: "other", number, bytes: bytes.slice(0, maxAddress) };
}

type Reader = (bytes: Uint8Array, view: DataView) => SocketAddress | undefined;

/** By the family's number, in include/linux/socket.h of Linux. */
const readers: Readonly<Partial<Record<number, Reader>>> = {
  1: readUnix,
  2: readIpv4,
  10: readIpv6,
  16: readNetlink,
  17: readPacket,
};

function readIpv4(bytes: Uint8Array, view: DataView): SocketAddress | undefined {
  if (bytes.length < 8) return undefined;
  return { family: "ipv4", ip: bytes.subarray(4, 8).join("."), port: view.getUint16(2) };
}

/** A `struct sockaddr_in6`; that of RFC 2133, which Linux takes still, ends before the scope. */
function readIpv6(bytes: Uint8Array, view: DataView): SocketAddress | undefined {
  if (bytes.length < 24) return undefined;
  const scopeId = bytes.length < 28 ? 0 : view.getUint32(24, true);
  const ip = formatIpv6(bytes.subarray(8, 24));
  return { family: "ipv6", ip, port: view.getUint16(2), scopeId: scopeId || undefined };
}

/** include/uapi/linux/netlink.h */
function readNetlink(bytes: Uint8Array, view: DataView): SocketAddress | undefined {
  if (bytes.length < 12) return undefined;
  return { family: "netlink", pid: view.getUint32(4, true), groups: view.getUint32(8, true) };
}

/** include/uapi/linux/if_packet.h; the hardware address, as long as it says, may be left out. */
function readPacket(bytes: Uint8Array, view: DataView): SocketAddress | undefined {
  if (bytes.length < 12) return undefined;
  const hardware = bytes.subarray(12, 12 + Math.min(view.getUint8(11), 8));
  return {
    family: "packet",
    protocol: view.getUint16(2),
    interfaceIndex: view.getInt32(4, true),
    hardwareType: view.getUint16(8, true),
    packetType: view.getUint8(10),
    hardwareAddress: Array.from(hardware, (byte) => byte.toString(16).padStart(2, "0")).join(":"),
  };
}

/** A path ends at its first NUL: behind it there may be rubbish. An abstract name begins with one, and counts whole. */
function readUnix(address: Uint8Array): SocketAddress {
  const bytes = address.subarray(2, 2 + maxUnixPath);
  if (bytes.length === 0) return { family: "unix", path: "" };
  if (bytes[0] === 0) return bytes.length === 1 ? { family: "unix", path: "" } : unix("@", bytes.subarray(1));
  const end = bytes.indexOf(0);
  return unix("", end < 0 ? bytes : bytes.subarray(0, end));
}

function unix(sign: string, name: Uint8Array): SocketAddress {
  const said = text.decode(name);
  const bytes = said.includes("\ufffd") && !Buffer.from(said).equals(name) ? name.slice() : undefined;
  return { family: "unix", path: sign + said, bytes };
}

/** 16 bytes as RFC 5952 writes them; an IPv4-mapped one as `::ffff:1.2.3.4`. */
export function formatIpv6(bytes: Uint8Array): string {
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${bytes.subarray(12, 16).join(".")}`;
  }
  const { start, length } = longestZeroRun(groups);
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(":");
  if (length < 2) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
