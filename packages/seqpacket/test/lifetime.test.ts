import { beforeAll, expect, test } from "vitest";
import { connect, listen } from "../src/index.ts";
import { build, run } from "./built.ts";
import { collect, count, numbered, numberOf, received, socketPath, until } from "./collect.ts";

const hello = Uint8Array.of(8, 1);
const answer = hello;

beforeAll(build);

test("close reads what the sockets still hold, and all of it stays takeable", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer, slabCount: 1, slabSize: 4096, maxPacketSize: 4096 });
  const connection = await connect(path);
  await connection.handshake(hello);
  // Until the pool is full and the socket behind it, too.
  let sent = 0;
  while (listener.stats().stalls === 0) sent += connection.trySend(...numbered(1, 100, sent));
  while (connection.trySend(...numbered(1, 100, sent)) === 1) sent++;
  const closing = listener.close();
  const records = await collect(listener, () => false);
  await closing;
  expect(records.filter((record) => record.kind === "packet").map(numberOf)).toEqual(
    Array.from({ length: sent }, (_, index) => index),
  );
  expect(records.at(-1)).toMatchObject({ kind: "closed", size: 0 });
  await expect(connection.send(hello)).rejects.toMatchObject({
    code: "ERR_SOCKET",
    cause: { code: "EPIPE" },
  });
  await connection.close();
});

test("what came before close is still there after it", async () => {
  const path = socketPath();
  const listener = listen({ path, answer });
  const connection = await connect(path);
  await connection.handshake(hello);
  await connection.send(...numbered(10, 8));
  await listener.close();
  const batch = listener.take();
  if (batch === undefined) throw new Error("no batch");
  expect(received(batch).map((record) => record.kind)).toEqual([
    "open",
    "handshake",
    ...Array(10).fill("packet"),
    "closed",
  ]);
  expect(listener.take()).toBeUndefined();
  expect(await listener.next()).toBeUndefined();
  expect(await listener.next()).toBeUndefined();
  expect(listener.stats()).toMatchObject({ packets: 10, batches: 1 });
  await connection.close();
});

test("close with discard does not wait for anybody to take", async () => {
  const path = socketPath();
  const listener = listen({ path, answer, slabCount: 1, slabSize: 4096, maxPacketSize: 4096 });
  const connection = await connect(path);
  await connection.handshake(hello);
  const flooding = connection.send(...numbered(5000, 100));
  await Promise.all([
    expect(flooding).rejects.toMatchObject({ code: "ERR_SOCKET" }),
    until(() => listener.stats().stalls > 0).then(async () => {
      const draining = listener.close();
      await listener.close({ discard: true });
      await draining;
    }),
  ]);
  const records = await collect(listener, () => false);
  expect(records.at(-1)).toMatchObject({ kind: "closed" });
  const { packets, discarded } = listener.stats();
  expect(records.filter((record) => record.kind === "packet")).toHaveLength(packets);
  expect(discarded).toBeGreaterThan(0);
  await connection.close();
});

test("closing twice, and every method after closing, is fine", async () => {
  const path = socketPath();
  const listener = listen({ path });
  await Promise.all([listener.close(), listener.close()]);
  await listener.close({ discard: true });
  listener.ref();
  listener.unref();
  listener.stopAccepting();
  listener.closeConnection(1);
  expect(listener.take()).toBeUndefined();
  expect(await listener.next()).toBeUndefined();
  expect(listener.stats().open).toBe(0);
  await listener[Symbol.asyncDispose]();
});

test("closing ends a waiting next", async () => {
  const listener = listen({ path: socketPath() });
  const waiting = listener.next();
  await expect(listener.next()).rejects.toMatchObject({ code: "ERR_STREAM_CONSUMED" });
  await listener.close();
  expect(await waiting).toBeUndefined();
});

test("closeConnection disconnects that one at once; its end is recorded", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  const [first, second] = [await connect(path), await connect(path)];
  await first.handshake(hello);
  await second.handshake(hello);
  await collect(listener, count("handshake", 2));
  listener.closeConnection(1);
  listener.closeConnection(77);
  expect(await collect(listener, count("closed", 1))).toMatchObject([
    { kind: "closed", connection: 1, size: 0 },
  ]);
  await expect(first.send(hello)).rejects.toMatchObject({ code: "ERR_SOCKET" });
  await second.send(hello);
  expect(await collect(listener, count("packet", 1))).toMatchObject([{ connection: 2 }]);
  await Promise.all([first.close(), second.close()]);
});

test("stopAccepting refuses new connections, and those there go on", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer });
  await using connection = await connect(path);
  await connection.handshake(hello);
  listener.stopAccepting();
  const refused = async () => {
    for (;;) await (await connect(path)).close();
  };
  await expect(refused()).rejects.toMatchObject({ code: "ERR_SOCKET" });
  await connection.send(hello);
  expect((await collect(listener, count("packet", 1))).at(-1)).toMatchObject({ connection: 1, bytes: hello });
});

test("connections over maxConnections are closed at once and counted; an end that was taken makes room", async () => {
  const path = socketPath();
  await using listener = listen({ path, answer, maxConnections: 2 });
  const first = await connect(path);
  const second = await connect(path);
  await first.handshake(hello);
  await second.handshake(hello);
  const third = await connect(path);
  await expect(third.handshake(hello)).rejects.toMatchObject({
    code: expect.stringMatching(/ERR_SOCKET|ERR_HANDSHAKE/),
  });
  await until(() => listener.stats().refused === 1);

  await first.close();
  await until(() => listener.stats().open === 1);
  // The end of the first is not taken yet, so that even short connections cannot pile up records without bound.
  const fourth = await connect(path);
  await until(() => listener.stats().refused === 2);
  await collect(listener, count("closed", 1));
  const fifth = await connect(path);
  expect(await fifth.handshake(hello)).toEqual(answer);
  expect(listener.stats()).toMatchObject({ accepted: 3, refused: 2, open: 2 });
  await Promise.all([second, third, fourth, fifth].map((connection) => connection.close()));
});

test("without descriptors left connections are refused and counted, without spinning", async () => {
  const ended = await run("descriptors");
  expect(ended).toMatchObject({ status: 0, stderr: "" });
  const { refused, answered, busyMs } = JSON.parse(ended.stdout);
  expect(refused).toBeGreaterThan(0);
  expect(answered).toBe(hello.length);
  expect(busyMs).toBeLessThan(500);
});

test("hundreds of listeners and connections leave no descriptor and no thread behind", async () => {
  const ended = await run("leak");
  expect(ended).toMatchObject({ status: 0, stderr: "" });
  const { before, after } = JSON.parse(ended.stdout);
  expect(after).toEqual(before);
});

test("what is dropped without closing is collected without a crash", async () => {
  expect(await run("dropped", [], ["--expose-gc"])).toMatchObject({ status: 0, stderr: "" });
});

test("worker threads may end in the middle of everything", async () => {
  const ended = await run("workers");
  expect(ended).toMatchObject({ status: 0, stderr: "" });
  const { before, after } = JSON.parse(ended.stdout);
  expect(after).toEqual(before);
});

test.each(["exit", "unref", "throw"])("a process ends with connections open: %s", async (how) => {
  for (let round = 0; round < 3; round++) {
    const ended = await run("exit", [how]);
    expect(ended).toMatchObject({ status: how === "throw" ? 1 : 0, signal: null });
    expect(ended.stdout).toBe("traffic\n");
  }
});

test("a listener keeps its process alive until it is unrefed", async () => {
  const ended = await run("exit", ["late"]);
  expect(ended).toMatchObject({ status: 0, stdout: "alive\n" });
});
