import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { createTraceWriter } from "@sentrytap/wire";
import { compile } from "./compile.ts";

/** So many messages, from so many connections, for one receiver. */
export interface TransportLoad {
  /** Where the receiver is to listen. */
  readonly path: string;
  readonly connections: number;
  /** Begins to connect; for when the receiver listens. */
  readonly start: () => void;
  /** When the first message was sent, in nanoseconds of the monotonic clock. */
  readonly begin: Promise<bigint>;
  /** Lets the bare C receiver take it; when that had all of it. */
  receiveBare(): Promise<bigint>;
}

export interface Transport extends AsyncDisposable {
  load(messages: number, connections: number): TransportLoad;
}

/** Compiles the sender and the bare receiver where need be, and lays out the packets to send. */
export async function prepareTransport(recording: readonly Uint8Array[]): Promise<Transport> {
  const sender = compile("sender");
  const receiver = compile("receiver");
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-bench-"));
  const packets = join(folder, "recording.trace");
  await write(packets, recording);
  let loads = 0;
  return {
    load(messages, connections) {
      const path = join(folder, `${loads++}.sock`);
      let start = () => {};
      const begin = new Promise<void>((resolve) => {
        start = resolve;
      }).then(async () => {
        const sending = spawn(sender, [path, packets, String(messages), String(connections)], { stdio });
        return BigInt(await output(sending));
      });
      begin.catch(() => undefined); // for whoever awaits it
      return {
        path,
        connections,
        start,
        begin,
        receiveBare: () => receiveBare(receiver, path, connections, start),
      };
    },
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true });
    },
  };
}

const stdio: ["ignore", "pipe", "inherit"] = ["ignore", "pipe", "inherit"];

async function receiveBare(
  receiver: string,
  path: string,
  connections: number,
  start: () => void,
): Promise<bigint> {
  const receiving = spawn(receiver, [path, String(connections)], { stdio });
  const result = output(receiving);
  await once(receiving.stdout ?? receiving, "data");
  start();
  return BigInt((await result).trim().split(/\s+/).at(-1) ?? "");
}

async function output(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the output is not piped");
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`${child.spawnfile} ended with code ${code}`);
  return said;
}

async function write(path: string, packets: readonly Uint8Array[]): Promise<void> {
  await using writer = await createTraceWriter(path);
  await writer.write(packets);
}
