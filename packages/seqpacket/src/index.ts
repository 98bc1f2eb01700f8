export { type ConnectOptions, connect } from "./connect.ts";
export type { Connection, HandshakeOptions } from "./connection.ts";
export { type ListenOptions, listen } from "./listen.ts";
export type { CloseOptions, Listener, ListenerStats } from "./listener.ts";
export { type PacketBatch, type Peer, RECORD_WORDS, RecordKind, readPeer } from "./packet-batch.ts";
export type { SystemError } from "./socket-error.ts";
