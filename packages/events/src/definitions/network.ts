import type * as wire from "@sentrytap/wire";
import { type Definition, succeeded } from "../normalized-event.ts";
import { parseSocketAddress } from "../socket-address.ts";
import type * as args from "./network-args.ts";

export const socket: Definition<wire.SyscallSocket, args.SocketArgs> = {
  category: "net",
  args: (m, fd) => ({ fd, domain: m.domain, type: m.type, proto: m.protocol }),
};

export const socketpair: Definition<wire.SyscallSocketpair, args.SocketpairArgs> = {
  category: "ipc",
  args: (m, res) => {
    const made = succeeded(res);
    return {
      res,
      fd1: made ? m.socket1 : undefined,
      fd2: made ? m.socket2 : undefined,
      domain: m.domain,
      type: m.type,
      proto: m.protocol,
    };
  },
};

const address = (m: wire.SyscallConnect | wire.SyscallBind, res: number | undefined): args.AddressArgs => ({
  res,
  fd: Number(m.fd),
  addr: parseSocketAddress(m.address),
});
export const connect: Definition<wire.SyscallConnect, args.AddressArgs> = { category: "net", args: address };
export const bind: Definition<wire.SyscallBind, args.AddressArgs> = { category: "net", args: address };

export const listen: Definition<wire.SyscallListen, args.ListenArgs> = {
  category: "net",
  args: (m, res) => ({
    res,
    fd: m.fd,
    backlog: m.backlog,
    addr: parseSocketAddress(m.address),
    domain: m.socketFamily || undefined,
    type: m.socketType || undefined,
  }),
};

export const accept: Definition<wire.SyscallAccept, args.AcceptArgs> = {
  category: "net",
  // On entry the address is the caller's buffer, not yet filled.
  args: (m, fd) => ({
    fd,
    listener: m.fd,
    addr: fd !== undefined && fd >= 0 ? parseSocketAddress(m.address) : undefined,
    flags: m.flags,
  }),
};
