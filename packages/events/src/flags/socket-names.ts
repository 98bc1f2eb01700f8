import { acceptFlagNames } from "./descriptor-flags.ts";

// include/linux/socket.h of Linux, in order. Falco, whose names they are, ends at AF_NFC and lacks AF_IB and AF_MPLS.
const families = `
  AF_UNSPEC AF_UNIX AF_INET AF_AX25 AF_IPX AF_APPLETALK AF_NETROM AF_BRIDGE AF_ATMPVC AF_X25 AF_INET6 AF_ROSE
  AF_DECnet AF_NETBEUI AF_SECURITY AF_KEY AF_NETLINK AF_PACKET AF_ASH AF_ECONET AF_ATMSVC AF_RDS AF_SNA AF_IRDA
  AF_PPPOX AF_WANPIPE AF_LLC AF_IB AF_MPLS AF_CAN AF_TIPC AF_BLUETOOTH AF_IUCV AF_RXRPC AF_ISDN AF_PHONET
  AF_IEEE802154 AF_CAIF AF_ALG AF_NFC AF_VSOCK AF_KCM AF_QIPCRTR AF_SMC AF_XDP AF_MCTP`
  .trim()
  .split(/\s+/);

/** The name of socket family `family`, as `AF_INET` for 2; `undefined` where Linux has none of that number. */
export function socketFamilyName(family: number): string | undefined {
  return families[family];
}

/** include/linux/net.h: what is left of a type when its flags are taken away. */
const typeMask = 0xf;
const types: Readonly<Partial<Record<number, string>>> = {
  1: "SOCK_STREAM",
  2: "SOCK_DGRAM",
  3: "SOCK_RAW",
  4: "SOCK_RDM",
  5: "SOCK_SEQPACKET",
  6: "SOCK_DCCP",
  10: "SOCK_PACKET",
};

/** The names in `type` of socket(2), as `SOCK_STREAM|SOCK_CLOEXEC`; a type that Linux does not have is a number there. */
export function socketTypeName(type: number): string {
  const kind = type & typeMask;
  const flags = acceptFlagNames(type);
  return `${types[kind] ?? kind}${flags && `|${flags}`}`;
}
