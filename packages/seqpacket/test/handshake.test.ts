import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { beforeAll, expect, test } from "vitest";
import { connect, listen, readPeer } from "../src/index.ts";
import { build, program, run } from "./built.ts";
import { collect, count, numbered, socketPath, until } from "./collect.ts";

const hello = Uint8Array.of(8, 1);
const answer = Uint8Array.of(8, 1, 42);

beforeAll(build);

test("the first packet is answered and handed on, after a record of who connected", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  await using connection = await connect(path);
  expect(await connection.handshake(hello)).toEqual(answer);

  const records = await collect(listener, count("handshake", 1));
  expect(records.map((record) => record.kind)).toEqual(["open", "handshake"]);
  expect(records[1]?.bytes).toEqual(hello);
});

test("a handshake is answered while JavaScript is busy", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(program("handshake"), { workerData: { path, flag } });
  await new Promise((resolve) => worker.once("online", resolve));
  // Blocks this thread: an answer that needed it would never come.
  expect(Atomics.wait(flag, 0, 0, 20_000)).not.toBe("timed-out");
  expect(flag[0]).toBe(answer.length);
  expect((await collect(listener, count("closed", 1))).map((record) => record.kind)).toContain("handshake");
  await worker.terminate();
});

test("a handshake is answered while the pool is full", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer, slabCount: 1, slabSize: 65_536, maxPacketSize: 65_536 });
  await using flood = await connect(path);
  await flood.handshake(hello);
  const flooding = flood.send(...numbered(2000, 1000));
  await until(() => listener.stats().stalls > 0);

  await using other = await connect(path);
  expect(await other.handshake(hello)).toEqual(answer);
  const records = await collect(listener, count("packet", 2000));
  await flooding;
  const kinds = records.filter((record) => record.connection === 2).map((record) => record.kind);
  expect(kinds).toEqual(["open", "handshake"]);
});

test("a first packet over its limit is reported with its size and not answered", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer, maxHandshakeSize: 16 });
  await using connection = await connect(path);
  const shaking = connection.handshake(new Uint8Array(17), { timeoutMs: 100 });
  await expect(shaking).rejects.toMatchObject({ code: "ERR_HANDSHAKE" });
  const records = await collect(listener, count("truncated", 1));
  expect(records.at(-1)).toMatchObject({ kind: "truncated", size: 17 });
  expect(listener.stats()).toMatchObject({ handshakes: 0, truncated: 1 });
});

test("an empty first packet is a handshake like any other", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  await using connection = await connect(path);
  expect(await connection.handshake(new Uint8Array())).toEqual(answer);
  expect((await collect(listener, count("handshake", 1))).at(-1)).toMatchObject({
    kind: "handshake",
    size: 0,
  });
});

test("without an answer the first packet is handed on only", async () => {
  const path = socketPath();
  await using listener = listen({ path });
  await using connection = await connect(path);
  await connection.send(hello);
  expect((await collect(listener, count("handshake", 1))).at(-1)?.bytes).toEqual(hello);
  const waiting = connection.handshake(hello, { timeoutMs: 50 });
  await expect(waiting).rejects.toMatchObject({ code: "ERR_HANDSHAKE" });
});

test("a peer that hangs up before its first packet is opened and closed", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  const connection = await connect(path);
  await connection.close();
  const records = await collect(listener, count("closed", 1));
  expect(records.map((record) => record.kind)).toEqual(["open", "closed"]);
});

test("a peer that leaves without reading the answer is closed with ECONNRESET, its packets delivered", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  const connection = await connect(path);
  await connection.send(hello);
  await until(() => listener.stats().handshakes === 1);
  await connection.send(...numbered(100, 8));
  await connection.close();
  const records = await collect(listener, count("closed", 1));
  expect(records.filter((record) => record.kind === "packet")).toHaveLength(100);
  expect(records.at(-1)).toMatchObject({ kind: "closed", size: 104 });
});

test("the peer is the process that connected, by the kernel's word", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  await using connection = await connect(path);
  await connection.handshake(hello);
  const batch = await listener.next();
  if (batch === undefined) throw new Error("no batch");
  const cmdline = readFileSync("/proc/self/cmdline", "utf8").slice(0, 4096).replace(/\0$/, "").split("\0");
  expect(readPeer(batch, 0)).toEqual({
    pid: process.pid,
    uid: process.getuid?.(),
    gid: process.getgid?.(),
    cmdline,
  });
});

test("the command line of another process is read before it is answered, though it is gone when JavaScript looks", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  const ended = await run("sender", [path, "0", "--an-argument", ""]);
  expect(ended).toMatchObject({ status: 0 });
  const batch = await listener.next();
  if (batch === undefined) throw new Error("no batch");
  const { cmdline } = readPeer(batch, 0);
  expect(cmdline.slice(1)).toEqual([program("sender"), path, "0", "--an-argument", ""]);
});

test("a very long command line is cut, not refused", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  expect(await run("sender", [path, "0", "x".repeat(10_000)])).toMatchObject({ status: 0 });
  const batch = await listener.next();
  if (batch === undefined) throw new Error("no batch");
  expect(batch.records[3]).toBe(12 + 4096);
  expect(readPeer(batch, 0).cmdline.at(-1)).toMatch(/^x+$/);
});
