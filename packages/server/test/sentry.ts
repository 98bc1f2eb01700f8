import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { create, toBinary } from "@bufbuild/protobuf";
import { type Connection, connect } from "@sentrytap/seqpacket";
import { createSentryServer, type SentryServer, type SentryServerOptions } from "@sentrytap/server";
import {
  encodeFrame,
  encodeHandshake,
  isMessage,
  type Message,
  MessageType,
  payloadSchemas,
} from "@sentrytap/wire";
import { onTestFinished } from "vitest";

// What the tests of the server share: a Sentry made of a connection, and numbered messages for it to send.

/** A path in a folder of its own, which goes when the test ends. */
export function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "server.sock");
}

/** A server that is closed when the test ends. */
export async function startServer(options: Partial<SentryServerOptions> = {}): Promise<SentryServer> {
  const server = await createSentryServer({ path: socketPath(), ...options });
  onTestFinished(() => server.close());
  return server;
}

/** Connects without a word; disconnected when the test ends. */
export async function connectPeer(path: string): Promise<Connection> {
  const connection = await connect(path);
  onTestFinished(() => connection.close());
  return connection;
}

/** Connects and shakes hands. */
export async function startSentry(path: string): Promise<Connection> {
  const connection = await connectPeer(path);
  await connection.handshake(encodeHandshake());
  return connection;
}

export interface PointOptions {
  readonly containerId?: string;
  readonly sender?: number;
  readonly droppedCount?: number;
  /** Bytes that the message shall have more. */
  readonly padding?: number;
}

const raw = MessageType.MESSAGE_SYSCALL_RAW;

/** A frame with a number in it. */
export function point(number: number, options: PointOptions = {}): Uint8Array<ArrayBuffer> {
  const { containerId = "", sender = 0, droppedCount = 0, padding = 0 } = options;
  const schema = payloadSchemas[raw];
  if (schema === undefined) throw new Error("no schema");
  const message = create(schema, {
    contextData: { containerId, cwd: "/".repeat(padding) },
    arg1: BigInt(number),
    arg2: BigInt(sender),
  });
  return encodeFrame(raw, toBinary(schema, message), { droppedCount });
}

/** The number in a message that {@link point} made. */
export function numberOf(message: Message): number {
  if (message.messageType !== raw) throw new Error(`message of type ${message.messageType}`);
  return Number(message.arg1);
}

export function senderOf(message: Message): number {
  if (message.messageType !== raw) throw new Error(`message of type ${message.messageType}`);
  return Number(message.arg2);
}

/** Packets in the form that `send` takes. */
export function pack(packets: readonly Uint8Array[]): [bytes: Uint8Array, offsets: Uint32Array] {
  const bytes = new Uint8Array(packets.reduce((sum, packet) => sum + packet.length, 0));
  const offsets = new Uint32Array(packets.length + 1);
  let at = 0;
  packets.forEach((packet, index) => {
    bytes.set(packet, at);
    at += packet.length;
    offsets[index + 1] = at;
  });
  return [bytes, offsets];
}

/** Reads the server's stream to its end; what has come so far is in `messages`. */
export function consume(server: SentryServer): { messages: Message[]; done: Promise<void> } {
  const messages: Message[] = [];
  const read = async () => {
    for await (const batch of server.batches()) messages.push(...batch.filter(isMessage));
  };
  return { messages, done: read() };
}

/** Waits until `condition` holds; says what it was waiting for where it never does. */
export async function until(condition: () => boolean, what: string, timeoutMs = 20_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await delay(5);
  }
}

/** The numbers from 0 up to `count`. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Keeps JavaScript busy. */
export function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
