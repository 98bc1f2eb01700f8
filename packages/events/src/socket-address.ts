/** An address as a `struct sockaddr` carries it, by family. */
export type SocketAddress =
  | { readonly family: "ipv4"; readonly ip: string; readonly port: number }
  | { readonly family: "ipv6"; readonly ip: string; readonly port: number }
  /** A Unix socket: `path` is empty for an unnamed one, and begins with `@` for an abstract one. */
  | { readonly family: "unix"; readonly path: string }
  /** Another family, or too few bytes for the one it claims: the number, and a copy of the bytes, at most 128. */
  | { readonly family: "other"; readonly number: number; readonly bytes: Uint8Array };

/** Bytes of the longest address, `struct sockaddr_storage`, and of the longest Unix path. */
const maxAddress = 128;
const maxUnixPath = 108;

const text = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads the raw `struct sockaddr` of a trace point, of any length down to none (unix(7), ip(7), ipv6(7)). Undefined
 * where there is not even a family, as accept(2) without an address gives. Nothing of `bytes` is kept.
 */
export function parseSocketAddress(bytes: Uint8Array): SocketAddress | undefined {
  if (bytes.length < 2) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const number = view.getUint16(0, true);
  if (number === 1) return { family: "unix", path: unixPath(bytes.subarray(2, 2 + maxUnixPath)) };
  if (number === 2 && bytes.length >= 8) {
    return { family: "ipv4", ip: bytes.subarray(4, 8).join("."), port: view.getUint16(2) };
  }
  if (number === 10 && bytes.length >= 24) {
    return { family: "ipv6", ip: formatIpv6(bytes.subarray(8, 24)), port: view.getUint16(2) };
  }
  return { family: "other", number, bytes: bytes.slice(0, maxAddress) };
}

/** A path ends at its first NUL: behind it there may be rubbish. An abstract name begins with one, and counts whole. */
function unixPath(bytes: Uint8Array): string {
  if (bytes[0] === 0) return bytes.length > 1 ? `@${text.decode(bytes.subarray(1))}` : "";
  const end = bytes.indexOf(0);
  return text.decode(end < 0 ? bytes : bytes.subarray(0, end));
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
