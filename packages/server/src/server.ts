/// <reference lib="esnext.disposable" preserve="true" />

import type { Batches } from "@sentrytap/core";
import { type Listener, type ListenerStats, listen, type ReadOptions, take } from "@sentrytap/seqpacket";
import { encodeHandshake, type Message, maxHandshakeSize, type StreamItem } from "@sentrytap/wire";
import type { EventEmitter } from "eventemitter3";
import { type BoundSocket, bindSocket } from "./bind-socket.ts";
import { ListeningServer } from "./listening-server.ts";
import {
  type ResolvedOptions,
  resolveOptions,
  type SentryServerOptions,
  type SharedServerOptions,
} from "./options.ts";
import type { Sandbox } from "./sandbox.ts";
import type { SentryServerEvents } from "./server-events.ts";

/** A packet as it came, with the sandbox that sent it. */
export interface ReceivedPacket {
  readonly sandbox: Sandbox;
  /** Header and payload; a view of its batch's bytes, which nothing changes afterwards. */
  readonly packet: Uint8Array<ArrayBuffer>;
}

/** Figures of a server since its start. */
export interface SentryServerStats {
  /** The sandboxes connected now; each has counters of its own. */
  readonly sandboxes: readonly Sandbox[];
  /** Sandboxes that have shaken hands. */
  readonly connected: number;
  /** Peers turned away: a bad handshake or none, not allowed, or over the limit of connections. */
  readonly refused: number;
  /** Messages decoded. */
  readonly messages: number;
  /** Bytes of all packets, without those over the size limit. */
  readonly bytes: number;
  /** Packets that did not decode. */
  readonly malformed: number;
  /** Packets over the size limit. */
  readonly truncated: number;
  /** Points that Sentries dropped, by their own counts. */
  readonly dropped: number;
  /** How the transport fares, see `@sentrytap/seqpacket`. */
  readonly transport: ListenerStats;
}

/**
 * Listens for Sentries. Iterating it gives their messages one at a time; {@link batches} gives all there is, in batches. There
 * is one stream, with one consumer: what it does not ask for stays in the sockets, and the Sentries wait. Leaving the
 * loop closes the server.
 *
 * `on`, `once` and `off` are those of `eventemitter3`, for the {@link SentryServerEvents}. Listeners run in the midst of
 * the stream: what one throws ends it, and comes out of the loop.
 */
export interface SentryServer
  extends AsyncIterable<Message>,
    AsyncDisposable,
    Pick<EventEmitter<SentryServerEvents>, "on" | "once" | "off"> {
  /** Where it, or the spread that it has a share of, listens. */
  readonly path: string;
  /**
   * The streams of all sandboxes in batches, each sandbox's in order: beside messages what could not be decoded, and at
   * a sandbox's end a {@link SandboxEnd}. It is what `events()` of `@sentrytap/events` takes.
   *
   * @throws {TraceError} `ERR_STREAM_CONSUMED` where the stream has its consumer already.
   */
  batches(): Batches<StreamItem>;
  /** All packets as they came, in place of messages: for recording. Counted and judged all the same. */
  packets(): Batches<ReceivedPacket>;
  stats(): SentryServerStats;
  /**
   * Stops listening and disconnects everybody. What the sockets still hold is delivered first, after which the stream
   * ends: wait for that, by awaiting your loop, to have all of it. Where nobody reads the stream it is lost.
   *
   * Resolves when the socket's file is gone, so it may be awaited inside the loop too. Closing again is fine.
   *
   * @throws {TraceError} `ERR_SOCKET` where the file cannot be removed; everything else is closed all the same.
   */
  close(): Promise<void>;
}

/**
 * Listens at `options.path` and answers every Sentry that connects, on a thread of its own, so that no container's start
 * waits for JavaScript.
 *
 * A socket that nobody listens on any more is replaced.
 *
 * With a `share` it does not listen itself: it has the sandboxes that {@link spreadSandboxes} gives to it, most often in a
 * worker thread. Nothing else differs; when the spread is closed, so is the server.
 *
 * @throws {TraceError} `ERR_SOCKET_IN_USE` where another process listens there, `ERR_SOCKET_PATH` where the path is no
 * socket, `ERR_CLOSED` where the share was taken before, `ERR_SOCKET`, `ERR_INVALID_ARGUMENT`, and `ERR_ADDON_UNAVAILABLE` on a
 * machine without the native addon; the reason of `options.signal` where that is aborted.
 *
 * @example
 * await using server = await createSentryServer({ path: "/run/sentrytap.sock" });
 * server.on("connect", (sandbox) => console.log(`pid ${sandbox.peer.pid} connected`));
 * for await (const message of server) console.log(message.sandbox.id, message.messageName);
 */
export async function createSentryServer(
  options: SentryServerOptions | SharedServerOptions,
): Promise<SentryServer> {
  const resolved = resolveOptions(options);
  resolved.signal?.throwIfAborted();
  const server = new ListeningServer(await openSocket(resolved), resolved);
  if (resolved.signal?.aborted) await server.close();
  resolved.signal?.throwIfAborted();
  return server;
}

async function openSocket({ origin, maxMessageSize }: ResolvedOptions): Promise<BoundSocket<Listener>> {
  const reading: ReadOptions = {
    answer: encodeHandshake(),
    maxPacketSize: maxMessageSize,
    maxHandshakeSize,
  };
  if ("descriptor" in origin) {
    // The file is the spread's.
    return { listening: take({ share: origin, ...reading }), release: () => {} };
  }
  return await bindSocket(origin.path, () => listen({ ...origin, ...reading }));
}
