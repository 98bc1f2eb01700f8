export { type ConnectOptions, connect } from "./connect.ts";
export type { Connection, HandshakeOptions } from "./connection.ts";
export { type ListenOptions, listen } from "./listen.ts";
export type { CloseOptions, Listener, ListenerStats } from "./listener.ts";
export type { ReadOptions } from "./open-listener.ts";
export { type PacketBatch, type Peer, RECORD_WORDS, RecordKind, readPeer } from "./packet-batch.ts";
export type { SystemError } from "./socket-error.ts";
export type { SocketOptions } from "./socket-options.ts";
export {
  type Share,
  type ShareStats,
  type Spread,
  type SpreadOptions,
  type SpreadStats,
  spread,
} from "./spread.ts";
export { type TakeOptions, take } from "./take.ts";
