import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { build, program } from "../test/built.ts";
import { connect, listen } from "./index.ts";

const hello = Uint8Array.of(8, 1);
let folder = "";
let path = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "seqpacket-"));
  path = join(folder, "s.sock");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("where nothing is, or nothing listens, connecting fails", async () => {
  await expect(connect(path)).rejects.toMatchObject({ code: "ERR_SOCKET", cause: { code: "ENOENT" } });
  await listen({ path }).close();
  await expect(connect(path)).rejects.toMatchObject({ code: "ERR_SOCKET", cause: { code: "ECONNREFUSED" } });
});

test("paths that no socket can have are refused", async () => {
  for (const wrong of ["", "\0abstract", `/${"x".repeat(107)}`]) {
    await expect(connect(wrong)).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  }
});

test("a packet larger than the send buffer is refused with its size", async () => {
  await using listener = listen({ path, answer: hello });
  await using connection = await connect(path);
  await connection.handshake(hello);
  const bytes = new Uint8Array(4_000_010);
  const sending = connection.send(bytes, Uint32Array.of(0, 10, 4_000_010));
  await expect(sending).rejects.toMatchObject({
    code: "ERR_SOCKET",
    message: expect.stringMatching(/packet 1 of 2 .* 4000000 bytes/),
    cause: { code: "EMSGSIZE" },
  });
  expect(() => connection.trySend(bytes)).toThrow(/4000010 bytes/);
  expect(listener.stats().open).toBe(1);
});

test("offsets that do not fit are refused", async () => {
  await using _listener = listen({ path });
  await using connection = await connect(path);
  for (const offsets of [Uint32Array.of(0, 11), Uint32Array.of(5, 4), Uint32Array.of(0, 4, 2)]) {
    await expect(connection.send(new Uint8Array(10), offsets)).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
    });
    expect(() => connection.trySend(new Uint8Array(10), offsets)).toThrow(/offsets/);
  }
  await connection.send(new Uint8Array(10), new Uint32Array());
  expect(connection.trySend(new Uint8Array(10), Uint32Array.of(3))).toBe(0);
});

test("bytes whose memory has gone elsewhere are refused, not read", async () => {
  await using _listener = listen({ path });
  await using connection = await connect(path);
  const bytes = new Uint8Array(10);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  await expect(connection.send(bytes, Uint32Array.of(0, 10))).rejects.toMatchObject({
    code: "ERR_INVALID_ARGUMENT",
  });
});

test("one send at a time; closing rejects it at once and may be repeated", async () => {
  await using listener = listen({ path, slabCount: 1, slabSize: 4096, maxPacketSize: 4096 });
  const connection = await connect(path);
  const bytes = new Uint8Array(1_000_000);
  const offsets = Uint32Array.from({ length: 10_001 }, (_, index) => index * 100);
  const sending = connection.send(bytes, offsets);
  await expect(connection.send(hello)).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  expect(() => connection.trySend(hello)).toThrow(/under way/);
  const [, , sent] = await Promise.allSettled([connection.close(), connection.close(), sending]);
  expect(sent).toMatchObject({ status: "rejected", reason: { code: "ERR_CLOSED" } });
  await expect(connection.send(hello)).rejects.toMatchObject({ code: "ERR_CLOSED" });
  expect(() => connection.trySend(hello)).toThrow(/closed/);
  await connection.close();
  await expect.poll(() => listener.stats().accepted).toBe(1); // the reader thread has its own time
});

test("blocked senders do not hold up the thread pool that the process shares", async () => {
  await using listener = listen({ path, slabCount: 1, slabSize: 4096, maxPacketSize: 4096 });
  const offsets = Uint32Array.from({ length: 10_001 }, (_, index) => index * 100);
  const connections = await Promise.all(Array.from({ length: 12 }, () => connect(path)));
  const sending = connections.map((one) =>
    one.send(new Uint8Array(1_000_000), offsets).catch(() => "closed"),
  );
  while (listener.stats().stalls === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const { readFile } = await import("node:fs/promises");
  for (let round = 0; round < 5; round++)
    expect(await readFile(new URL(import.meta.url))).not.toHaveLength(0);
  await Promise.all(connections.map((one) => one.close()));
  expect(await Promise.all(sending)).toEqual(Array(12).fill("closed"));
});

test("a full backlog is waited for without blocking JavaScript, and not for ever", async () => {
  build();
  // A listener that is stopped accepts nobody; its backlog of 0 has room for one.
  const child = spawn(process.execPath, [program("backlog"), path], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await once(child.stdout, "data");
    child.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const first = await connect(path);
    await expect(connect(path, { timeoutMs: 100 })).rejects.toMatchObject({
      code: "ERR_SOCKET",
      message: expect.stringContaining("backlog"),
    });
    let ticks = 0;
    const ticking = setInterval(() => {
      ticks += 1;
    }, 5);
    const waiting = connect(path);
    await new Promise((resolve) => setTimeout(resolve, 200));
    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(3);
    child.kill("SIGCONT");
    const second = await waiting;
    expect(await second.handshake(hello)).toEqual(hello);
    await Promise.all([first.close(), second.close()]);
  } finally {
    child.kill("SIGKILL");
  }
});
