import type { FdInfoView, SocketInfoView, SocketIpView } from "@sentrytap/wire";
import { formatIpv6, type SocketAddress } from "../socket-address.ts";
import type { StandardSocket, StandardStream } from "./memory-args.ts";

/** A new program's standard input, output or error, as the Sentry tells of it; `undefined` where it does not. */
export function standardStream(view: FdInfoView | undefined): StandardStream | undefined {
  return (
    view && {
      mode: view.mode || undefined,
      ino: view.ino || undefined,
      path: view.path || undefined,
      socket: view.socket && standardSocket(view.socket),
    }
  );
}

function standardSocket(view: SocketInfoView): StandardSocket {
  return { domain: view.family, local: internetAddress(view.local), remote: internetAddress(view.remote) };
}

function internetAddress(end: SocketIpView | undefined): SocketAddress | undefined {
  if (end === undefined) return undefined;
  const { ip } = end;
  const port = hostOrder(end.port);
  if (end.family === 2 && ip.length === 4) return { family: "ipv4", ip: ip.join("."), port };
  if (end.family === 10 && ip.length === 16) return { family: "ipv6", ip: formatIpv6(ip), port };
  return undefined;
}

/** gVisor takes the port out of a sockaddr as it lies there, in network order (sockAddrToProto in pkg/sentry/kernel/task_exec.go). */
function hostOrder(port: number): number {
  return ((port & 0xff) << 8) | ((port >> 8) & 0xff);
}
