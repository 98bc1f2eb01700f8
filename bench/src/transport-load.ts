import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTraceWriter } from "@sentrytap/wire";
import { startChild } from "./child.ts";
import { compile } from "./compile.ts";

/** How messages are sent. Default: as fast as they are taken, every connection by a process of its own. */
export interface Sending {
  /** Messages a second, of all connections together. */
  readonly rate?: number;
  /** With a rate: so many first, as fast as they are taken; the rate is that of the others. */
  readonly warmUp?: number;
  /** With a rate: drops what does not fit after so many retries, as a Sentry does. */
  readonly retries?: number;
  /** The time of each message is when it is sent: {@link sentAt} reads it. */
  readonly stamped?: boolean;
}

/** So many messages, from so many connections, for one receiver. */
export interface TransportLoad {
  /** Where the receiver is to listen. */
  readonly path: string;
  readonly messages: number;
  readonly connections: number;
  /** Begins to connect; for when the receiver listens. */
  start(): void;
  /** What the sender says, once it has sent all. */
  readonly sent: Promise<Sent>;
  /** Lets the bare C receiver take it. */
  receiveBare(): Promise<Received>;
}

export interface Sent {
  /** When the first message was sent, in nanoseconds of the monotonic clock. */
  readonly begin: bigint;
  /** When the last one was. */
  readonly end: bigint;
  readonly dropped: number;
}

/** Messages that were received, one after the other: all of a load, or those after a warm-up. */
export interface Received {
  readonly messages: number;
  /** When the last of them was, in nanoseconds of the monotonic clock. */
  readonly end: bigint;
  /** Microseconds of CPU that the receiver's process took for them. */
  readonly cpuUs: number;
  /** Those before, where they do not count. */
  readonly warmUp?: Received;
}

export interface Transport extends AsyncDisposable {
  load(messages: number, connections: number, sending?: Sending): TransportLoad;
}

/** What a stamped message's time is ahead of the monotonic clock. */
const stampOffsetNs = 2 ** 60;

/** When a stamped message was sent, by its time: nanoseconds of the monotonic clock, to within 256. */
export function sentAt(timeNs: number): number {
  return timeNs - stampOffsetNs;
}

/** Compiles the sender and the bare receiver where need be, and lays out the packets to send. */
export async function prepareTransport(recording: readonly Uint8Array[]): Promise<Transport> {
  const sender = compile("sender");
  const receiver = compile("receiver");
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-bench-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove); // where the bench is interrupted
  const packets = join(folder, "recording.trace");
  await write(packets, recording);
  let loads = 0;
  return {
    load(messages, connections, sending = {}) {
      const path = join(folder, `${loads++}.sock`);
      const args = [...flags(sending), path, packets, String(messages), String(connections)];
      let start = (): void => undefined;
      const started = new Promise<void>((resolve) => {
        start = resolve;
      });
      const sent = started.then(async () => parseSent(await startChild(sender, args).result));
      sent.catch(() => undefined); // for whoever awaits it
      return {
        path,
        messages,
        connections,
        start,
        sent,
        async receiveBare() {
          const receiving = startChild(receiver, [path, String(connections)]);
          await receiving.ready;
          start();
          const [received] = await Promise.all([receiving.result, sent]);
          return parseReceived(received, messages);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      process.off("exit", remove);
      remove();
    },
  };
}

function flags({ rate, warmUp, retries, stamped = false }: Sending): readonly string[] {
  return [
    ...(rate === undefined ? [] : ["-r", String(rate)]),
    ...(warmUp === undefined ? [] : ["-w", String(warmUp)]),
    ...(retries === undefined ? [] : ["-d", String(retries)]),
    ...(stamped ? ["-t"] : []),
  ];
}

function parseSent(line: string): Sent {
  const [begin = "", end = "", dropped] = line.split(" ");
  return { begin: BigInt(begin), end: BigInt(end), dropped: Number(dropped) };
}

function parseReceived(line: string, messages: number): Received {
  const [packets, , cpuUs, end = ""] = line.split(" ");
  if (Number(packets) !== messages) throw new Error(`${packets} of ${messages} messages were received`);
  return { messages, end: BigInt(end), cpuUs: Number(cpuUs) };
}

async function write(path: string, packets: readonly Uint8Array[]): Promise<void> {
  await using writer = await createTraceWriter(path);
  await writer.write(packets);
}
