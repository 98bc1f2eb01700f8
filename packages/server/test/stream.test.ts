import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { TraceError } from "@sentrytap/core";
import { createSentryServer } from "@sentrytap/server";
import { encodeHandshake, isMessage } from "@sentrytap/wire";
import { describe, expect, test } from "vitest";
import { startPeer } from "./peer.ts";
import {
  block,
  connectPeer,
  consume,
  numberOf,
  pack,
  point,
  range,
  socketPath,
  startSentry,
  startServer,
  until,
} from "./sentry.ts";

const isConsumed = expect.objectContaining({ code: "ERR_STREAM_CONSUMED" });

async function send(path: string, count: number): Promise<void> {
  const sentry = await startSentry(path);
  await sentry.send(...pack(range(count).map((number) => point(number))));
  await sentry.close();
}

describe("the stream", () => {
  test("gives messages one at a time", async () => {
    const server = await startServer();
    await send(server.path, 10);
    const numbers: number[] = [];
    for await (const message of server) {
      numbers.push(numberOf(message));
      if (numbers.length === 10) break;
    }
    expect(numbers).toEqual(range(10));
  });

  test("gives packets as they came, malformed ones too", async () => {
    const server = await startServer();
    const packets = [point(1), Uint8Array.of(1, 2, 3), point(2)];
    const sentry = await startSentry(server.path);
    await sentry.send(...pack(packets));
    const received: Uint8Array[] = [];
    for await (const batch of server.packets()) {
      received.push(...batch.map(({ packet }) => packet));
      if (received.length === 3) break;
    }
    expect(received).toEqual(packets);
    expect(server.stats()).toMatchObject({ messages: 2, malformed: 1 });
  });

  test("has batches that are never empty", async () => {
    const server = await startServer();
    const sizes: number[] = [];
    server.on("disconnect", () => void server.close());
    await send(server.path, 2000);
    for await (const batch of server.batches()) sizes.push(batch.length);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(2000 + 1); // the sandbox's end
  });

  test("has in its place what could not be decoded, and the end of each sandbox", async () => {
    const server = await startServer({ maxMessageSize: 1000 });
    const sentry = await startSentry(server.path);
    await sentry.send(...pack([point(0), Uint8Array.of(1, 2, 3), point(1, { padding: 2000 }), point(2)]));
    await sentry.close();
    const items: string[] = [];
    server.on("disconnect", () => void server.close());
    for await (const batch of server.batches()) {
      items.push(...batch.map((item) => (isMessage(item) ? String(numberOf(item)) : item.messageName)));
    }
    expect(items).toEqual(["0", "MALFORMED", "MALFORMED", "2", "END"]);
  });

  test("has one consumer", async () => {
    const server = await startServer();
    const first = server.batches()[Symbol.asyncIterator]();
    expect(() => server.batches()[Symbol.asyncIterator]()).toThrow(isConsumed);
    expect(() => server[Symbol.asyncIterator]()).toThrow(isConsumed);
    expect(() => server.packets()[Symbol.asyncIterator]()).toThrow(isConsumed);
    await send(server.path, 1);
    const { value } = await first.next(); // and the others have not disturbed it
    expect(value?.[0]).toMatchObject({ messageName: "MESSAGE_SYSCALL_RAW" });
  });

  test("tells of a sandbox before its first message, and of its end after its last", async () => {
    const server = await startServer();
    const log: unknown[] = [];
    server.on("connect", ({ peer }) => log.push(["connect", peer.pid]));
    server.on("disconnect", ({ id }, { errno }) => log.push(["disconnect", id, errno]));
    await send(server.path, 3);
    for await (const message of server) {
      log.push(numberOf(message));
      if (log.length === 4) void server.close();
    }
    expect(log).toEqual([["connect", process.pid], 0, 1, 2, ["disconnect", "connection-1", undefined]]);
  });

  test("leaves the event loop its turn, however much there is to read", async () => {
    const server = await startServer();
    const peer = await startPeer();
    await peer.connect(server.path);
    await peer.handshake(0);
    void peer.flood(100_000).then(() => peer.kill());
    server.on("disconnect", () => void server.close());
    let messages = 0;
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    for await (const batch of server.batches()) {
      messages += batch.filter(isMessage).length;
      block(5); // slower than the sender, so there is always more
    }
    clearInterval(timer);
    expect(messages).toBe(100_000);
    expect(turns).toBeGreaterThan(40); // of about 200 batches
  });
});

describe("an end", () => {
  test("by break closes the server and disconnects its peers", async () => {
    const server = await startServer();
    const gone: string[] = [];
    server.on("disconnect", ({ id }) => gone.push(id));
    const sentry = await startSentry(server.path);
    await sentry.send(point(1, { containerId: "first" }));
    for await (const _ of server) break;
    expect(gone).toEqual(["first"]);
    expect(existsSync(server.path)).toBe(false);
    expect(server.stats()).toMatchObject({ connected: 1, messages: 1, sandboxes: [] });
    await expect(sentry.send(point(2))).rejects.toMatchObject({ code: "ERR_SOCKET" });
  });

  test("by an exception in the loop closes the server, and the exception comes out", async () => {
    const server = await startServer();
    await send(server.path, 1);
    const loop = async () => {
      for await (const _ of server) throw new Error("from the loop");
    };
    await expect(loop()).rejects.toThrow("from the loop");
    expect(existsSync(server.path)).toBe(false);
  });

  test("by return() while next() waits ends both", async () => {
    const server = await startServer();
    const iterator = server[Symbol.asyncIterator]();
    const next = iterator.next();
    await delay(20);
    await iterator.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(existsSync(server.path)).toBe(false);
  });

  test("by return() before the first next() closes the server", async () => {
    for (const view of ["batches", "packets"] as const) {
      const server = await startServer();
      const iterator = server[view]()[Symbol.asyncIterator]();
      await iterator.return?.();
      expect(existsSync(server.path)).toBe(false);
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
    }
  });

  test("by close() while next() waits ends the stream", async () => {
    const server = await startServer();
    const { messages, done } = consume(server);
    await delay(20);
    await server.close();
    await done;
    expect(messages).toEqual([]);
  });

  test("by close() before anybody reads: what was received is lost, and the stream is at its end", async () => {
    const server = await startServer();
    await send(server.path, 10);
    await server.close();
    expect(existsSync(server.path)).toBe(false);
    const { messages, done } = consume(server);
    await done;
    expect(messages).toEqual([]);
  });

  test("by close() inside the loop, awaited, delivers what was sent before", async () => {
    const server = await startServer();
    const sentry = await startSentry(server.path);
    await sentry.send(...pack(range(200).map((number) => point(number))));
    const numbers: number[] = [];
    for await (const message of server) {
      if (numbers.length === 0) await server.close();
      numbers.push(numberOf(message));
    }
    expect(numbers).toEqual(range(200));
    await expect(sentry.send(point(1))).rejects.toMatchObject({ code: "ERR_SOCKET" });
  });

  test("may be asked for many times, and by await using", async () => {
    const path = socketPath();
    {
      await using server = await createSentryServer({ path });
      await Promise.all([server.close(), server.close()]);
      await server.close();
    }
    expect(existsSync(path)).toBe(false);
  });

  test("leaves nobody connected who connects meanwhile", async () => {
    const server = await startServer();
    const { done } = consume(server);
    const peers = range(20).map(async () => {
      try {
        await (await connectPeer(server.path)).handshake(encodeHandshake());
      } catch (error) {
        expect(error).toBeInstanceOf(TraceError);
      }
    });
    await server.close();
    await done;
    await Promise.all(peers);
    expect(server.stats().transport.open).toBe(0);
  });
});

describe("a signal", () => {
  test("that is aborted before: nothing is created", async () => {
    const path = socketPath();
    const signal = AbortSignal.abort(new Error("too early"));
    await expect(createSentryServer({ path, signal })).rejects.toThrow("too early");
    expect(existsSync(path)).toBe(false);
  });

  test("that is aborted during the creation: nothing is left", async () => {
    const path = socketPath();
    const controller = new AbortController();
    const creation = createSentryServer({ path, signal: controller.signal });
    controller.abort(new Error("not so fast"));
    await expect(creation).rejects.toThrow("not so fast");
    expect(existsSync(path)).toBe(false);
  });

  test("that is aborted while the stream is read ends it as close() does", async () => {
    const controller = new AbortController();
    const server = await startServer({ signal: controller.signal });
    await send(server.path, 100);
    let count = 0;
    for await (const _ of server) {
      if (++count === 1) controller.abort();
    }
    expect(count).toBe(100);
    expect(existsSync(server.path)).toBe(false);
  });

  test("that is aborted while nobody reads closes the server", async () => {
    const controller = new AbortController();
    const server = await startServer({ signal: controller.signal });
    await send(server.path, 1);
    controller.abort();
    await until(() => !existsSync(server.path), "the socket's file gone");
  });

  test("keeps no server that is closed", async () => {
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (type: string, listener: () => void) => {
      listeners.add(listener);
      add(type, listener);
    };
    signal.removeEventListener = (type: string, listener: () => void) => {
      listeners.delete(listener);
      remove(type, listener);
    };
    const closed = await startServer({ signal });
    expect(listeners.size).toBe(1);
    await closed.close();
    expect(listeners.size).toBe(0);
    const left = await startServer({ signal });
    await left.batches()[Symbol.asyncIterator]().return?.();
    expect(listeners.size).toBe(0);
  });
});

describe("what a lifecycle listener throws", () => {
  for (const event of ["connect", "malformed", "drop", "disconnect"] as const) {
    test(`for ${event} comes out of the loop`, async () => {
      const server = await startServer();
      server.once(event, () => {
        throw new TraceError("ERR_CLOSED", `no ${event}`);
      });
      const sentry = await startSentry(server.path);
      await sentry.send(...pack([point(1), Uint8Array.of(1), point(2, { droppedCount: 5 })]));
      await sentry.close();
      await expect(consume(server).done).rejects.toMatchObject({
        code: "ERR_CLOSED",
        message: `no ${event}`,
      });
      expect(existsSync(server.path)).toBe(false);
    });
  }

  test("for a peer that stays silent comes out of the loop too", async () => {
    const server = await startServer({ handshakeTimeoutMs: 50 });
    server.on("error", () => {
      throw new Error("no silence");
    });
    await connectPeer(server.path);
    await expect(consume(server).done).rejects.toThrow("no silence");
  });
});
