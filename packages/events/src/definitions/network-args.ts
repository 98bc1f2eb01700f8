import type { SocketAddress } from "../socket-address.ts";

// The parameters of the calls about sockets, under Falco's names. On an enter, results are undefined.

/** Parameters of connect(2) and bind(2). */
export interface AddressArgs {
  readonly res: number | undefined;
  readonly fd: number;
  readonly addr: SocketAddress | undefined;
}

/** Parameters of socket(2). */
export interface SocketArgs {
  /** The new descriptor, or the negated errno. */
  readonly fd: number | undefined;
  /** The protocol family; see `socketFamilyName`. */
  readonly domain: number;
  /** Socket type with its flags, SOCK_CLOEXEC and SOCK_NONBLOCK, as passed; see `socketTypeName`. */
  readonly type: number;
  readonly proto: number;
}

/** Parameters of socketpair(2). */
export interface SocketpairArgs {
  readonly res: number | undefined;
  /** The two descriptors, once the call has succeeded. */
  readonly fd1: number | undefined;
  readonly fd2: number | undefined;
  readonly domain: number;
  /** Socket type with its flags, as of socket(2). */
  readonly type: number;
  readonly proto: number;
}

/** Parameters of listen(2). */
export interface ListenArgs {
  readonly res: number | undefined;
  readonly fd: number;
  /** How many connections may wait to be accepted, as asked for; the kernel has a limit of its own. */
  readonly backlog: number;
  /** What the socket is bound to. A TCP socket never bound gets its port by this very call: it is there on exit. */
  readonly addr: SocketAddress | undefined;
  /** Family and type of the socket, as socket(2) has them; `undefined` where the descriptor is none. */
  readonly domain: number | undefined;
  readonly type: number | undefined;
}

/** Parameters of accept(2) and accept4(2). */
export interface AcceptArgs {
  /** The descriptor of the new connection, or the negated errno. */
  readonly fd: number | undefined;
  /** The listening descriptor. */
  readonly listener: number;
  /** The peer, where the caller asked for it. */
  readonly addr: SocketAddress | undefined;
  /** Flags of accept4; see `acceptFlagNames`. 0 of accept. */
  readonly flags: number;
}
