import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import {
  type Connection,
  connect,
  type Listener,
  type Spread,
  type SpreadOptions,
  spread,
  type TakeOptions,
  take,
} from "../src/index.ts";
import { build, program, run } from "./built.ts";
import { collect, count, numbered, numberOf, socketPath, until } from "./collect.ts";

const hello = Uint8Array.of(8, 1);

beforeAll(build);

/** A spread and its takers, all of this thread. */
function start(
  takers: number,
  options: Partial<SpreadOptions> = {},
  reading: Omit<TakeOptions, "share"> = {},
): { spreading: Spread; listeners: Listener[] } {
  const spreading = spread({ path: socketPath(), ...options });
  onTestFinished(() => spreading.close());
  const listeners = Array.from({ length: takers }, () => takeOne(spreading, reading));
  return { spreading, listeners };
}

function takeOne(spreading: Spread, reading: Omit<TakeOptions, "share"> = {}): Listener {
  const listener = take({ share: spreading.share(), answer: hello, ...reading });
  onTestFinished(() => listener.close({ discard: true }));
  return listener;
}

async function shake(path: string): Promise<Connection> {
  const connection = await connect(path);
  onTestFinished(() => connection.close());
  expect(await connection.handshake(hello)).toEqual(hello);
  return connection;
}

test("a share that nobody has taken can be taken back; one that somebody has stays", async () => {
  const { spreading, listeners } = start(1);
  for (let i = 0; i < 200; i++) spreading.withdraw(spreading.share());
  const share = spreading.share();
  spreading.withdraw(share);
  spreading.withdraw(share);
  expect(() => take({ share, answer: hello })).toThrow(expect.objectContaining({ code: "ERR_CLOSED" }));
  spreading.withdraw({ number: 1 }); // taken, which may not have been heard of yet
  const next = spreading.share();
  expect(spreading.stats().shares).toMatchObject([
    { number: 1, state: "taken" },
    { number: next.number, state: "out" },
  ]);
  const connection = await shake(spreading.path);
  await connection.send(...numbered(20, 8, 0));
  await until(() => listeners[0]?.stats().packets === 20);
  spreading.close();
  spreading.withdraw(next);
});

test("connections are spread evenly, each read by one taker, numbered as they came", async () => {
  const { spreading, listeners } = start(3);
  await until(() => spreading.stats().shares.every(({ state }) => state === "taken"));
  const numbers: number[] = [];
  for (let i = 0; i < 30; i++) {
    const connection = await shake(spreading.path);
    await connection.send(...numbered(20, 8, i * 20));
  }
  for (const [index, listener] of listeners.entries()) {
    await until(() => listener.stats().packets === 200);
    const records = await collect(listener, count("packet", 200));
    const opened = records.filter(({ kind }) => kind === "open").map(({ connection }) => connection);
    expect(opened).toEqual(Array.from({ length: 10 }, (_, i) => 1 + index + 3 * i));
    for (const id of opened) {
      const own = records.filter(({ kind, connection }) => kind === "packet" && connection === id);
      expect(own.map(numberOf)).toEqual(Array.from({ length: 20 }, (_, i) => (id - 1) * 20 + i));
    }
    numbers.push(...opened);
  }
  expect(new Set(numbers).size).toBe(30);
  expect(spreading.stats()).toEqual({
    accepted: 30,
    refused: 0,
    shares: [1, 2, 3].map((number) => ({ number, state: "taken", held: 10, handed: 10 })),
  });
});

test("who connects next goes to the taker with the fewest, once the ends of others were taken", async () => {
  const { spreading, listeners } = start(2);
  const [first, second] = listeners as [Listener, Listener];
  await until(() => spreading.stats().shares.every(({ state }) => state === "taken"));
  const [, b, , d] = [
    await shake(spreading.path),
    await shake(spreading.path),
    await shake(spreading.path),
    await shake(spreading.path),
  ];
  await b?.close();
  await d?.close();
  await collect(second, count("closed", 2));
  await until(() => spreading.stats().shares[1]?.held === 0);
  await shake(spreading.path);
  await shake(spreading.path);
  await shake(spreading.path); // two each: the first share has it
  expect(spreading.stats().shares).toMatchObject([
    { held: 3, handed: 3 },
    { held: 2, handed: 4 },
  ]);
  expect([first.stats().open, second.stats().open]).toEqual([3, 2]);
});

test("a share can be taken once, and none once the spread is closed", async () => {
  const spreading = spread({ path: socketPath() });
  const [share, late] = [spreading.share(), spreading.share()];
  const listener = take({ share, answer: hello });
  await until(() => spreading.stats().shares[0]?.state === "taken");
  expect(() => take({ share })).toThrow(expect.objectContaining({ code: "ERR_CLOSED" }));
  expect(() => take({ share: { ...late, inode: late.inode + 1 } })).toThrow(
    expect.objectContaining({ code: "ERR_CLOSED" }),
  );
  expect(() => take({ share: { ...late, descriptor: -1 } })).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }),
  );
  spreading.close();
  spreading.close();
  expect(() => take({ share: late })).toThrow(expect.objectContaining({ code: "ERR_CLOSED" }));
  expect(() => spreading.share()).toThrow(expect.objectContaining({ code: "ERR_SOCKET" }));
  expect(await listener.next()).toBeUndefined();
});

test("at most 64 shares are out", () => {
  const { spreading } = start(0);
  for (let i = 0; i < 64; i++) spreading.share();
  expect(() => spreading.share()).toThrow(
    expect.objectContaining({ code: "ERR_SOCKET", cause: expect.objectContaining({ code: "ENOSPC" }) }),
  );
});

test("closing the spread ends its takers, after all that had been sent", async () => {
  const { spreading, listeners } = start(2, {}, { slabCount: 1, slabSize: 4096, maxPacketSize: 4096 });
  await until(() => spreading.stats().shares.every(({ state }) => state === "taken"));
  const sent = [0, 0];
  for (const [index, listener] of listeners.entries()) {
    const connection = await shake(spreading.path);
    // Until the pool is full and the socket behind it, too.
    for (let idle = 0; idle < 5; idle++) {
      if (idle > 0) await delay(10);
      while (connection.trySend(...numbered(1, 100, sent[index])) === 1) {
        sent[index] = (sent[index] ?? 0) + 1;
        idle = 0;
      }
    }
    expect(listener.stats().stalls).toBeGreaterThan(0);
  }
  spreading.close();
  for (const [index, listener] of listeners.entries()) {
    const records = await collect(listener, () => false);
    expect(records.filter(({ kind }) => kind === "packet")).toHaveLength(sent[index] ?? 0);
    expect(records.at(-1)).toMatchObject({ kind: "closed" });
    expect(listener.stats().open).toBe(0);
  }
});

test("a taker that closes is told of with what it had, and the others go on", async () => {
  const gone: unknown[] = [];
  const { spreading, listeners } = start(2, { onGone: (share) => gone.push(share) });
  await until(() => spreading.stats().shares.every(({ state }) => state === "taken"));
  const first = await shake(spreading.path);
  await shake(spreading.path);
  await shake(spreading.path);
  await listeners[0]?.close({ discard: true });
  await until(() => gone.length > 0);
  expect(gone).toEqual([{ number: 1, state: "gone", held: 2, handed: 2 }]);
  await expect(first.send(hello)).rejects.toMatchObject({ code: "ERR_SOCKET" });
  for (let i = 0; i < 5; i++) await shake(spreading.path);
  expect(spreading.stats().shares).toEqual([{ number: 2, state: "taken", held: 6, handed: 6 }]);
  // Another takes its place, under a number of its own.
  takeOne(spreading);
  await until(() => spreading.stats().shares.some(({ number, state }) => number === 3 && state === "taken"));
  await shake(spreading.path);
  expect(spreading.stats().shares.find(({ number }) => number === 3)).toMatchObject({ held: 1 });
});

test("maxConnections is of all takers together; who is over it is refused and told of", async () => {
  let refused = 0;
  const onRefused = (count: number) => {
    refused += count;
  };
  const { spreading, listeners } = start(2, { maxConnections: 3, onRefused });
  await until(() => spreading.stats().shares.every(({ state }) => state === "taken"));
  const [first] = [await shake(spreading.path), await shake(spreading.path), await shake(spreading.path)];
  const over = await connect(spreading.path);
  await expect(over.handshake(hello)).rejects.toMatchObject({
    code: expect.stringMatching(/ERR_SOCKET|ERR_HANDSHAKE/),
  });
  await until(() => refused === 1);
  expect(spreading.stats()).toMatchObject({ accepted: 3, refused: 1 });
  await first?.close();
  await collect(listeners[0] as Listener, count("closed", 1));
  await until(() => spreading.stats().shares[0]?.held === 1);
  await shake(spreading.path);
  await over.close();
});

test("connections wait for the first taker; after ten seconds without one they are refused", async () => {
  const { spreading } = start(0);
  const early = await connect(spreading.path);
  const answered = early.handshake(hello, { timeoutMs: 5_000 });
  await delay(100);
  expect(spreading.stats()).toMatchObject({ accepted: 0, refused: 0 });
  const listener = takeOne(spreading);
  expect(await answered).toEqual(hello);
  await listener.close({ discard: true });
  await until(() => spreading.stats().shares.length === 0);
  const since = performance.now();
  const late = await connect(spreading.path);
  await expect(late.handshake(hello, { timeoutMs: 15_000 })).rejects.toMatchObject({
    code: expect.stringMatching(/ERR_SOCKET|ERR_HANDSHAKE/),
  });
  expect(performance.now() - since).toBeGreaterThan(8_000);
  expect(spreading.stats().refused).toBe(1);
  await Promise.all([early.close(), late.close()]);
});

test("a handshake is answered while the JavaScript of all threads is busy", async () => {
  const { spreading, listeners } = start(1);
  await until(() => spreading.stats().shares.every(({ state }) => state === "taken"));
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(program("handshake"), { workerData: { path: spreading.path, flag } });
  const exited = new Promise((resolve) => worker.once("exit", resolve));
  // This thread both spreads and takes, and is stopped until the answer is there.
  expect(Atomics.wait(flag, 0, 0, 20_000)).not.toBe("timed-out");
  expect(Atomics.load(flag, 0)).toBe(hello.length);
  await exited;
  await collect(listeners[0] as Listener, count("closed", 1));
});

test("worker threads that take may end in the middle of everything, and leave nothing behind", async () => {
  const ended = await run("takers");
  expect(ended).toMatchObject({ status: 0, stderr: "" });
  const { before, after, gone, refused } = JSON.parse(ended.stdout);
  expect(after).toEqual(before);
  expect(gone).toBe(18);
  expect(refused).toBe(0);
});

test.each(["exit", "return"])("a process ends with a spread and its takers open: %s", async (how) => {
  const ended = await run("spread-exit", [how]);
  expect(ended).toMatchObject({ status: 0, signal: null, stdout: "traffic\n" });
});
