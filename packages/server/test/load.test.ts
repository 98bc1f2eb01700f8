import { setTimeout as delay } from "node:timers/promises";
import type { Connection } from "@sentrytap/seqpacket";
import { isMessage, type Message } from "@sentrytap/wire";
import { expect, test } from "vitest";
import {
  block,
  consume,
  numberOf,
  pack,
  point,
  range,
  senderOf,
  startSentry,
  startServer,
  until,
} from "./sentry.ts";

/** Sends numbered packets of some size until the peer has taken no more for a while; how many it took. */
async function fillUp(sentry: Connection): Promise<number> {
  let sent = 0;
  for (let idle = 0; idle < 20; idle++) {
    if (idle > 0) await delay(20);
    while (sentry.trySend(point(sent, { padding: 4000 })) === 1) {
      sent++;
      idle = 0;
    }
  }
  return sent;
}

test("a consumer that does not pull stops the sender, and nothing is lost", async () => {
  const server = await startServer();
  const stream = server.batches()[Symbol.asyncIterator]();
  const sentry = await startSentry(server.path);
  const sent = await fillUp(sentry);
  // The pool of 8 MiB and the socket's own buffer, and no more than that.
  expect(sent).toBeGreaterThan(1000);
  expect(sent).toBeLessThan(4000);
  expect(server.stats().transport.stalls).toBeGreaterThan(0);
  const rest = range(1000).map((index) => point(sent + index));
  const sender = sentry.send(...pack(rest)).then(() => sentry.close());
  const numbers: number[] = [];
  server.on("disconnect", () => void server.close());
  for (let next = await stream.next(); next.done !== true; next = await stream.next()) {
    numbers.push(...next.value.filter(isMessage).map(numberOf));
  }
  await sender;
  expect(numbers).toEqual(range(sent + rest.length));
  expect(server.stats()).toMatchObject({ messages: sent + rest.length, malformed: 0, truncated: 0 });
});

test("a full pool delays no handshake", async () => {
  const server = await startServer();
  const stream = server.batches()[Symbol.asyncIterator]();
  await fillUp(await startSentry(server.path));
  await Promise.all(range(50).map(() => startSentry(server.path)));
  void stream.return?.();
});

test("close() with a full pool and a consumer in its loop delivers all", async () => {
  const server = await startServer();
  const stream = server.batches()[Symbol.asyncIterator]();
  const sent = await fillUp(await startSentry(server.path));
  await server.close();
  const numbers: number[] = [];
  for (let next = await stream.next(); next.done !== true; next = await stream.next()) {
    numbers.push(...next.value.filter(isMessage).map(numberOf));
  }
  expect(numbers).toEqual(range(sent));
});

test("close() and return() with a full pool come to their end", async () => {
  const unread = await startServer();
  await fillUp(await startSentry(unread.path));
  await unread.close();
  const left = await startServer();
  const stream = left.batches()[Symbol.asyncIterator]();
  await fillUp(await startSentry(left.path));
  await stream.return?.();
  for (const server of [unread, left]) expect(server.stats().transport.open).toBe(0);
});

test("the tail that a sandbox leaves in its socket is delivered", async () => {
  const server = await startServer();
  const { messages } = consume(server);
  const gone: number[] = [];
  server.on("disconnect", ({ counters }) => gone.push(counters.messages));
  const packed = pack(range(250).map((number) => point(number)));
  for (let round = 1; round <= 20; round++) {
    const sentry = await startSentry(server.path);
    expect(sentry.trySend(...packed)).toBe(250);
    await sentry.close();
    if (round % 4 === 0) block(20); // data and hang-up arrive together
  }
  await until(() => gone.length === 20, "all sandboxes gone");
  expect(gone).toEqual(Array(20).fill(250));
  expect(messages).toHaveLength(5000);
});

test("many sandboxes at once: each one's messages in order, none another's", async () => {
  const server = await startServer();
  const { messages } = consume(server);
  const sandboxes = 40;
  const count = 500;
  await Promise.all(
    range(sandboxes).map(async (sender) => {
      const sentry = await startSentry(server.path);
      const options = { sender, containerId: `container-${sender}` };
      const packets = range(count).map((number) =>
        point(number, { ...options, padding: (number * 7) % 300 }),
      );
      // In pieces of changing size, so that the senders take turns.
      for (let at = 0, size = 1 + sender; at < count; at += size, size = 1 + (size % 50)) {
        await sentry.send(...pack(packets.slice(at, at + size)));
      }
      await sentry.close();
    }),
  );
  await until(() => messages.length === sandboxes * count, "all messages");
  const bySandbox = new Map<Message["sandbox"], Message[]>();
  for (const message of messages) {
    const own = bySandbox.get(message.sandbox) ?? [];
    bySandbox.set(message.sandbox, own);
    own.push(message);
  }
  expect(bySandbox.size).toBe(sandboxes);
  for (const [sandbox, own] of bySandbox) {
    expect(own.map(numberOf)).toEqual(range(count));
    expect(new Set(own.map((message) => `container-${senderOf(message)}`))).toEqual(new Set([sandbox.id]));
  }
  await until(() => server.stats().sandboxes.length === 0, "all sandboxes gone");
  expect(server.stats()).toMatchObject({ connected: sandboxes, messages: sandboxes * count, malformed: 0 });
});

test("what is received while JavaScript is busy is delivered", async () => {
  const server = await startServer();
  const { messages } = consume(server);
  const sentry = await startSentry(server.path);
  const packed = pack(range(200).map((number) => point(number)));
  for (let round = 0; round < 5; round++) {
    await sentry.send(...packed);
    block(200);
  }
  await until(() => messages.length === 1000, "all messages");
  expect(messages.map(numberOf)).toEqual(range(5).flatMap(() => range(200)));
});

test("what came last is delivered, however little it is behind how much", async () => {
  const small = pack(range(100).map(() => Uint8Array.of(8, 0, 0, 0, 0, 0, 0, 0)));
  for (const hundreds of [166, 167, 168, 200, 335]) {
    const server = await startServer();
    const sentry = await startSentry(server.path);
    for (let i = 0; i < hundreds; i++) await sentry.send(...small);
    await until(() => server.stats().transport.packets === hundreds * 100, "all of it received");
    const { messages } = consume(server);
    await until(() => messages.length === hundreds * 100, "all of it delivered");
  }
});
