import {
  descriptor,
  hexadecimal,
  pipeFlags,
  plain,
  result,
  socketAddress,
  socketDomain,
} from "./parameter.ts";
import type { On, ParameterReaders } from "./parameter-readers.ts";

// The parameters of calls about sockets and pipes.

type Accept = On<"accept">;
type Pair = On<"pipe"> | On<"socketpair">;

const accepted = {
  fd: (event: Accept) => descriptor(event, event.args.fd),
  tuple: ({ fd }: Accept) => plain(fd?.name ?? ""),
  queuepct: () => plain(0),
  queuelen: () => plain(0),
  queuemax: () => plain(0),
};

const pair = {
  res: result,
  fd1: (event: Pair) => descriptor(event, event.args.fd1),
  fd2: (event: Pair) => descriptor(event, event.args.fd2),
};

const ofSocket = {
  domain: ({ args }: On<"socket"> | On<"socketpair">) => socketDomain(args.domain),
  type: ({ args }: On<"socket"> | On<"socketpair">) => plain(args.type),
  proto: ({ args }: On<"socket"> | On<"socketpair">) => plain(args.proto),
};

export const networkParameters: ParameterReaders<
  "connect" | "bind" | "accept" | "accept4" | "socket" | "listen" | "pipe" | "pipe2" | "socketpair"
> = {
  connect: {
    res: result,
    tuple: ({ fd }) => plain(fd?.name ?? ""),
    fd: (event) => descriptor(event, event.args.fd),
    addr: ({ args }) => socketAddress(args.addr),
  },
  bind: {
    res: result,
    addr: ({ args }) => socketAddress(args.addr),
    fd: (event) => descriptor(event, event.args.fd),
  },
  accept: accepted,
  accept4: { ...accepted, flags: ({ args }) => hexadecimal(args.flags) },
  socket: { fd: (event) => descriptor(event, event.args.fd), ...ofSocket },
  listen: {
    res: result,
    fd: (event) => descriptor(event, event.args.fd),
    backlog: ({ args }) => plain(args.backlog),
  },
  pipe: { ...pair, ino: () => plain(0) },
  pipe2: { ...pair, ino: () => plain(0), flags: ({ args, sandbox }) => pipeFlags(args.flags, sandbox) },
  socketpair: { ...pair, source: () => plain(0), peer: () => plain(0), ...ofSocket },
};
