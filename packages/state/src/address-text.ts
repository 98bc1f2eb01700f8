import { Buffer } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import type { SocketAddress } from "@sentrytap/events";

/** `address` as text: `10.0.0.1:80`, `::1:80`, a path, of another family its number and bytes; empty for none. */
export function addressText(address: SocketAddress | undefined): string {
  switch (address?.family) {
    case undefined:
      return "";
    case "ipv4":
    case "ipv6":
      return `${address.ip}:${address.port}`;
    case "unix":
      return address.path;
    case "netlink":
      return `netlink ${address.pid}, groups ${address.groups}`;
    case "packet": {
      const { protocol, interfaceIndex, hardwareAddress } = address;
      return `packet ${protocol}, interface ${interfaceIndex} ${hardwareAddress}`.trimEnd();
    }
    case "other":
      return `family ${address.number}: ${Buffer.from(address.bytes).toString("hex")}`;
  }
}

/** Whether two addresses are the same in all that they say. */
export function sameAddress(a: SocketAddress | undefined, b: SocketAddress | undefined): boolean {
  if (a?.family === "ipv4" && b?.family === "ipv4") return a.port === b.port && a.ip === b.ip;
  if (a?.family === "unix" && b?.family === "unix" && a.path !== b.path) return false;
  return isDeepStrictEqual(a, b);
}
