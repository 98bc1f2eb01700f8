import { formatIpv6 } from "@sentrytap/events";

/** A range of addresses. */
export interface Network {
  readonly bytes: readonly number[];
  /** How many leading bits count. */
  readonly bits: number;
}

/** An address as bytes: 4 or 16. */
export function parseAddress(text: string): readonly number[] | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

/** An address as all addresses are written here, so that equal ones are equal strings. */
export function canonicalAddress(text: string): string | undefined {
  const bytes = parseAddress(text);
  if (bytes === undefined) return undefined;
  return bytes.length === 4 ? bytes.join(".") : formatIpv6(Uint8Array.from(bytes));
}

/** `10.0.0.0/8`, `fe80::/10`. */
export function parseNetwork(text: string): Network | undefined {
  const [address = "", length, rest] = text.split("/");
  if (length === undefined || rest !== undefined || !/^[0-9]{1,3}$/.test(length)) return undefined;
  const bytes = parseAddress(address);
  const bits = Number(length);
  return bytes === undefined || bits > bytes.length * 8 ? undefined : { bytes, bits };
}

/** Whether an address lies in a network; one of the other family does not. */
export function isInNetwork(address: readonly number[], { bytes, bits }: Network): boolean {
  if (address.length !== bytes.length) return false;
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== bytes[i]) return false;
  const mask = (0xff00 >> (bits & 7)) & 0xff;
  return ((address[whole] ?? 0) & mask) === ((bytes[whole] ?? 0) & mask);
}

function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte < 256) ? bytes : undefined;
}

function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split("::");
  if (text.length > 45 || halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => parseGroups(half));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])];
}

/** The bytes of groups with colons between them, the last of which may be an IPv4 address. */
function parseGroups(text: string): readonly number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [i, group] of groups.entries()) {
    if (group.includes(".") && i === groups.length - 1) {
      const last = parseIpv4(group);
      if (last === undefined) return undefined;
      bytes.push(...last);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else {
      return undefined;
    }
  }
  return bytes.length <= 16 ? bytes : undefined;
}
