import type { SocketAddress } from "@sentrytap/events";

/** What a descriptor refers to. */
export type DescriptorKind =
  /** Whatever has a path and is not known to be a directory or a device. */
  | "file"
  | "directory"
  /** A character device, such as a terminal or /dev/null, where gVisor told the type of the file. */
  | "device"
  | "ipv4"
  | "ipv6"
  | "unix"
  | "netlink"
  | "packet"
  | "pipe"
  | "eventfd"
  | "eventpoll"
  | "signalfd"
  | "timerfd"
  | "inotify"
  | "memfd"
  | "pidfd"
  | "io_uring"
  /** A file, pipe or terminal of the host, which the container was started with as one of its standard streams. */
  | "host"
  | "unknown";

/** The socket behind a descriptor, as far as the stream tells. */
export interface Socket {
  /** From socket(2); `undefined` where the descriptor was first seen later. */
  readonly protocol: "tcp" | "udp" | "icmp" | "raw" | undefined;
  readonly local: SocketAddress | undefined;
  readonly remote: SocketAddress | undefined;
  /** Who began the connection: `client` connected, `server` accepted, or is bound. */
  readonly role: "client" | "server" | undefined;
  /** Whether listen(2) has been called. */
  readonly listening: boolean;
}

/** A file descriptor at one moment. Never changed: what happens to it later makes a new one. */
export interface Descriptor {
  readonly kind: DescriptorKind;
  /**
   * Falco's `fd.name`: the absolute path of a file, `client:port->server:port` of a connection, the address that a
   * socket is bound to, the path of a Unix socket. Empty where there is none, or where it is not known. Of a relative
   * path whose directory is not known, that path behind `<UNKNOWN>/`.
   */
  readonly name: string;
  /**
   * gVisor's own name for what is open, as the last event told it (`fd_path`): a path with symbolic links resolved, seen
   * from the container's root whatever the process has for its own (getFilePath in gVisor's syscalls/linux/points.go),
   * `socket:[3]`, `pipe:[7]` and the like. `undefined` where the session does not collect it, and before the first use.
   */
  readonly fdPath?: string | undefined;
  /**
   * Open flags of a file, see open(2); `undefined` where unknown. Of the two ends of a pipe one is open for reading
   * (O_RDONLY), the other for writing (O_WRONLY).
   */
  readonly flags: number | undefined;
  readonly closeOnExec: boolean;
  /** Whether the file had no path any more when the last event told its `fd_path`: it was unlinked while it is open. */
  readonly deleted: boolean;
  readonly socket: Socket | undefined;
}
