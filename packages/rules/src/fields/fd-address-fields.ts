import type { SocketAddress } from "@sentrytap/events";
import type { Descriptor, TrackedEvent } from "@sentrytap/state";
import { define } from "./define.ts";
import { isListening } from "./describe-descriptor.ts";
import { descriptorTypes } from "./event-groups.ts";
import type { Field } from "./field.ts";

type InternetAddress = Extract<SocketAddress, { readonly ip: string }>;

/** The ends of a connection, as far as they are known. */
interface Ends {
  readonly local: InternetAddress | undefined;
  readonly remote: InternetAddress | undefined;
  readonly client: InternetAddress | undefined;
  readonly server: InternetAddress | undefined;
}

const unknown: Ends = { local: undefined, remote: undefined, client: undefined, server: undefined };

function internet(address: SocketAddress | undefined): InternetAddress | undefined {
  return address?.family === "ipv4" || address?.family === "ipv6" ? address : undefined;
}

/** A client's own address is not in the stream: as Falco, we say it is 0.0.0.0, port 0. */
function unspecified(peer: InternetAddress | undefined): InternetAddress | undefined {
  if (peer === undefined) return undefined;
  return { family: peer.family, ip: peer.family === "ipv4" ? "0.0.0.0" : "::", port: 0 };
}

function ends(fd: Descriptor | undefined): Ends {
  const socket = fd?.socket;
  if (fd === undefined || socket === undefined || socket.role === undefined) return unknown;
  const bound = internet(socket.local);
  const remote = internet(socket.remote);
  if (isListening(fd)) return { ...unknown, server: bound };
  const local = bound ?? unspecified(remote);
  return socket.role === "client"
    ? { local, remote, client: local, server: remote }
    : { local, remote, client: remote, server: local };
}

type End = keyof Ends;

const sides: readonly (readonly [letter: string, end: End, words: string])[] = [
  ["c", "client", "of the client"],
  ["s", "server", "of the server"],
  ["l", "local", "on the sandbox's side"],
  ["r", "remote", "on the other side"],
];

const ofSockets = { eventTypes: descriptorTypes, needs: ["context:thread_id", "descriptors"] } as const;

function side([letter, end, words]: (typeof sides)[number]): readonly Field[] {
  return [
    define({
      name: `fd.${letter}ip`,
      type: "ip",
      description: `Address ${words}.`,
      ...ofSockets,
      read: ({ fd }) => ends(fd)[end]?.ip,
    }),
    define({
      name: `fd.${letter}port`,
      type: "port",
      description: `Port ${words}.`,
      ...ofSockets,
      read: ({ fd }) => ends(fd)[end]?.port,
    }),
    define({
      name: `fd.${letter}net`,
      type: "net",
      filterOnly: true,
      description: `Address ${words}, to compare with networks.`,
      ...ofSockets,
      read: ({ fd }) => ends(fd)[end]?.ip,
    }),
    define({
      name: `fd.${letter}proto`,
      type: "string",
      description: `Port ${words}, as text.`,
      ...ofSockets,
      read: ({ fd }) => {
        const port = ends(fd)[end]?.port;
        return port === undefined ? undefined : String(port);
      },
    }),
  ];
}

const unconnected: readonly InternetAddress[] = [{ family: "ipv4", ip: "0.0.0.0", port: 0 }];
const unconnected6: readonly InternetAddress[] = [{ family: "ipv6", ip: "::", port: 0 }];

/** Both ends; none where the descriptor is no such socket; nothing where there is no descriptor. */
function both({ fd }: TrackedEvent): readonly InternetAddress[] | undefined {
  if (fd === undefined) return undefined;
  const { client, server } = ends(fd);
  const known = [client, server].filter((end) => end !== undefined);
  if (known.length > 0) return known;
  if (fd.kind === "ipv4") return unconnected;
  return fd.kind === "ipv6" ? unconnected6 : [];
}

/** `fd.*` of addresses and ports. */
export const fdAddressFields: readonly Field[] = [
  ...sides.flatMap(side),
  define({
    name: "fd.ip",
    type: "ip",
    many: "either",
    filterOnly: true,
    description: "Address of either side.",
    ...ofSockets,
    read: (event) => both(event)?.map(({ ip }) => ip),
  }),
  define({
    name: "fd.port",
    type: "port",
    many: "either",
    filterOnly: true,
    description: "Port of either side.",
    ...ofSockets,
    read: (event) => both(event)?.map(({ port }) => port),
  }),
  define({
    name: "fd.proto",
    type: "port",
    many: "either",
    filterOnly: true,
    description: "Port of either side, by number or name of its service.",
    ...ofSockets,
    read: (event) => both(event)?.map(({ port }) => port),
  }),
  define({
    name: "fd.net",
    type: "net",
    many: "either",
    filterOnly: true,
    description: "Address of either side, to compare with networks.",
    ...ofSockets,
    read: (event) => both(event)?.map(({ ip }) => ip),
  }),
];
