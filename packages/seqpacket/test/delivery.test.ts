import { beforeAll, expect, test } from "vitest";
import { connect, listen } from "../src/index.ts";
import { build, run } from "./built.ts";
import { collect, count, numbered, numberOf, packets, type Received, socketPath, until } from "./collect.ts";

const hello = Uint8Array.of(8, 1);
const answer = hello;
const upTo = (total: number) => Array.from({ length: total }, (_, index) => index);
const numbers = (records: readonly Received[]) =>
  records.filter((record) => record.kind === "packet").map(numberOf);

beforeAll(build);

test("packets arrive whole and in order, behind open and handshake and before closed", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  const connection = await connect(path);
  await connection.handshake(hello);
  await connection.send(...numbered(5000, 40));
  await connection.close();
  const records = await collect(listener, count("closed", 1));
  expect(records.slice(0, 2).map((record) => record.kind)).toEqual(["open", "handshake"]);
  expect(numbers(records)).toEqual(upTo(5000));
  expect(records.at(-1)).toMatchObject({ kind: "closed", size: 0 });
  expect(records.every((record) => record.connection === 1)).toBe(true);
});

test("what a process sent just before it ended is delivered to the last packet", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  const total = 250; // Less than a socket holds, so that the process ends with most of it unread.
  for (let round = 1; round <= 5; round++) {
    expect(await run("sender", [path, String(total)])).toMatchObject({ status: 0, stderr: "" });
    const records = await collect(listener, count("closed", 1));
    expect(numbers(records)).toEqual(upTo(total));
    expect(records.at(-1)).toMatchObject({ kind: "closed", connection: round, size: 0 });
  }
});

test("a full pool pushes back on the sender, loses nothing and never grows", async () => {
  const path = socketPath();
  const slabs = { slabCount: 2, slabSize: 65_536 };
  await using listener = listen({ path, answer, maxPacketSize: 4096, ...slabs });
  const connection = await connect(path);
  await connection.handshake(hello);
  const total = 20_000;
  const sending = connection.send(...numbered(total, 100)).then(() => connection.close());
  await until(() => listener.stats().stalls > 0);
  const { packets: full, bytes } = listener.stats();
  expect(bytes).toBeLessThanOrEqual(slabs.slabCount * slabs.slabSize);
  // Nothing is taken, so nothing more may be read.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(listener.stats()).toMatchObject({ packets: full, stalls: 1 });

  const records = await collect(listener, count("closed", 1));
  await sending;
  expect(numbers(records)).toEqual(upTo(total));
  expect(listener.stats()).toMatchObject({ packets: total, bytes: total * 100, discarded: 0, open: 0 });
});

test("a small rest behind a full slab is delivered though nothing comes after it", async () => {
  const path = socketPath();
  await using listener = listen({
    path,
    answer,
    gatherMs: 50,
    slabCount: 3,
    slabSize: 4096,
    maxPacketSize: 4096,
  });
  await using connection = await connect(path);
  await connection.handshake(hello);
  await collect(listener, count("handshake", 1));
  // So many that they gather.
  const sizes = [...Array<number>(200).fill(20), 1000];
  for (let round = 1; round <= 5; round++) {
    await connection.send(...packets(sizes.map((size) => new Uint8Array(size))));
    await until(() => listener.stats().packets === sizes.length * round);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await collect(listener, count("packet", sizes.length))).toHaveLength(sizes.length);
  }
});

test("take does not steal the wake-up of a next that waits", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer, gatherMs: 0 });
  await using connection = await connect(path);
  const waiting = collect(listener, count("packet", 1));
  for (let round = 0; round < 50; round++) {
    expect(listener.take()?.count).not.toBe(0);
    if (round === 10) await connection.handshake(hello);
  }
  await connection.send(hello);
  expect((await waiting).at(-1)).toMatchObject({ kind: "packet" });
});

test("trySend says how many went, and exactly those arrive", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer, slabCount: 1, slabSize: 4096, maxPacketSize: 4096 });
  const connection = await connect(path);
  await connection.handshake(hello);
  const [bytes, offsets] = numbered(1000, 100);
  let sent = 0;
  // Until the pool and the socket are both full: then nothing goes.
  for (let more = 1, idle = 0; idle < 20; ) {
    more = connection.trySend(bytes.subarray(0, 100));
    sent += more;
    idle = more === 0 ? idle + 1 : 0;
    if (more === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(connection.trySend(bytes, offsets)).toBe(0);
  await connection.close();
  const records = await collect(listener, count("closed", 1));
  expect(numbers(records)).toHaveLength(sent);
});

test("a connection that floods does not starve another", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer, slabCount: 2, slabSize: 65_536, maxPacketSize: 4096 });
  const [flood, quiet] = [await connect(path), await connect(path)];
  await flood.handshake(hello);
  await quiet.handshake(hello);
  const total = 60_000;
  const flooding = flood.send(...numbered(total, 100));
  await until(() => listener.stats().stalls > 0);
  await quiet.send(...numbered(1, 100));
  const records = await collect(listener, (all) =>
    all.some((one) => one.kind === "packet" && one.connection === 2),
  );
  const before = records.filter((record) => record.kind === "packet" && record.connection === 1).length;
  // What was in the pool, plus some turns; far from all.
  expect(before).toBeLessThan(total / 4);
  await Promise.all([flooding, collect(listener, count("packet", total - before))]);
  await Promise.all([flood.close(), quiet.close()]);
});

test("packets over the limit are reported with their size, and the rest goes on", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer, maxPacketSize: 1000 });
  const connection = await connect(path);
  await connection.handshake(hello);
  await connection.send(...packets([1000, 1001, 7, 100_000, 8].map((size) => new Uint8Array(size))));
  await connection.close();
  const records = await collect(listener, count("closed", 1));
  expect(records.slice(2, -1).map(({ kind, size }) => [kind, size])).toEqual([
    ["packet", 1000],
    ["truncated", 1001],
    ["packet", 7],
    ["truncated", 100_000],
    ["packet", 8],
  ]);
  expect(listener.stats()).toMatchObject({ truncated: 2, packets: 3, bytes: 1015 });
});

test("packets over the limit gather like others, where many come", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer, maxPacketSize: 1000, gatherMs: 20 });
  const connection = await connect(path);
  await connection.handshake(hello);
  const total = 50_000;
  const sending = connection.send(...numbered(total, 1001)).then(() => connection.close());
  while (listener.stats().open > 0) await listener.next();
  await sending;
  const { truncated, batches } = listener.stats();
  expect(truncated).toBe(total);
  expect(batches).toBeLessThan(total / 100);
});

test("packets as large as the send buffer allows arrive whole", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  const connection = await connect(path);
  await connection.handshake(hello);
  const parts = [200_000, 3, 150_000, 199_999].map((size, index) => new Uint8Array(size).fill(index + 1));
  const send = async () => {
    for (let round = 0; round < 20; round++) await connection.send(...packets(parts));
    await connection.close();
  };
  const [records] = await Promise.all([collect(listener, count("closed", 1)), send()]);
  const got = records.filter((record) => record.kind === "packet");
  expect(got).toHaveLength(parts.length * 20);
  for (const [index, record] of got.entries()) {
    const part = parts[index % parts.length];
    expect(Buffer.compare(record.bytes, part ?? new Uint8Array())).toBe(0);
  }
});

test("empty packets are packets of size 0 and do not end the stream", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  const connection = await connect(path);
  await connection.handshake(hello);
  await connection.send(new Uint8Array());
  const first = await collect(listener, count("packet", 1));
  expect(first.at(-1)).toMatchObject({ kind: "packet", size: 0 });

  const sizes = [5, 0, 0, 6, ...Array(70).fill(0), 7, ...Array(100).fill(0)];
  await connection.send(...packets(sizes.map((size) => new Uint8Array(size))));
  await connection.close();
  const records = await collect(listener, count("closed", 1));
  expect(records.filter((record) => record.kind === "packet").map((record) => record.size)).toEqual(sizes);
  expect(records.at(-1)).toMatchObject({ kind: "closed", size: 0 });
});

test("empty packets that wait in the socket with the hang-up behind them are counted", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer, slabCount: 1, slabSize: 4096, maxPacketSize: 4096 });
  const [flood, empty] = [await connect(path), await connect(path)];
  await flood.handshake(hello);
  await empty.handshake(hello);
  const flooding = flood.send(...numbered(500, 100));
  await until(() => listener.stats().stalls > 0);
  // Nothing is read now, so that both the packets and the hang-up are there when reading goes on.
  await empty.send(...packets(Array.from({ length: 100 }, () => new Uint8Array())));
  await empty.close();
  const records = await collect(listener, (all) => count("closed", 1)(all) && count("packet", 600)(all));
  await flooding;
  expect(records.filter((record) => record.kind === "packet" && record.connection === 2)).toHaveLength(100);
  expect(records.filter((record) => record.kind === "closed")).toMatchObject([{ connection: 2, size: 0 }]);
  await flood.close();
});

test("empty packets alone do not make the reader spin", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  await using connection = await connect(path);
  await connection.handshake(hello);
  await connection.send(new Uint8Array());
  await until(() => listener.stats().packets === 1);
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const { user, system } = process.cpuUsage(before);
  expect(user + system).toBeLessThan(700_000);
  expect(listener.stats()).toMatchObject({ packets: 1, open: 1 });
});

test("hundreds of connections, each delivered in order and closed", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  const total = 300;
  const each = 50;
  const sending = Promise.all(
    Array.from({ length: total }, async () => {
      const connection = await connect(path);
      await connection.handshake(hello);
      await connection.send(...numbered(each, 64));
      await connection.close();
    }),
  );
  const records = await collect(listener, count("closed", total));
  await sending;
  const byConnection = group(records);
  expect(byConnection.size).toBe(total);
  for (const own of byConnection.values()) {
    expect(own.map((record) => record.kind)).toEqual([
      "open",
      "handshake",
      ...Array(each).fill("packet"),
      "closed",
    ]);
    expect(numbers(own)).toEqual(upTo(each));
  }
  expect(listener.stats()).toMatchObject({ accepted: total, open: 0, packets: total * each });
});

function group(records: readonly Received[]): Map<number, Received[]> {
  const groups = new Map<number, Received[]>();
  for (const record of records) {
    const own = groups.get(record.connection);
    if (own === undefined) groups.set(record.connection, [record]);
    else own.push(record);
  }
  return groups;
}
