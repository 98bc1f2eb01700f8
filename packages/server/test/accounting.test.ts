import { create, toBinary } from "@bufbuild/protobuf";
import type { TraceError } from "@sentrytap/core";
import { isConnected, type Malformed, type Sandbox, type SentryServer } from "@sentrytap/server";
import { encodeFrame, MessageType, payloadSchemas } from "@sentrytap/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { consume, numberOf, pack, point, range, startSentry, startServer, until } from "./sentry.ts";

function watchMalformed(server: SentryServer): { sandbox: Sandbox; report: Malformed; at: number }[] {
  const reports: { sandbox: Sandbox; report: Malformed; at: number }[] = [];
  server.on("malformed", (sandbox, report) => reports.push({ sandbox, report, at: performance.now() }));
  return reports;
}

const malformed: [what: string, packet: Uint8Array][] = [
  ["empty", new Uint8Array()],
  ["shorter than a header", Uint8Array.of(8, 0, 1, 0, 0, 0, 0)],
  ["of a header size below 8", Uint8Array.of(7, 0, 6, 0, 0, 0, 0, 0)],
  ["of a header size beyond its end", Uint8Array.of(9, 0, 6, 0, 0, 0, 0, 0)],
  ["of a payload that does not decode", encodeFrame(6, Uint8Array.of(10, 255, 255))],
];

for (const [what, packet] of malformed) {
  test(`a packet ${what} is counted and skipped`, async () => {
    const server = await startServer();
    const reports = watchMalformed(server);
    const { messages } = consume(server);
    const sentry = await startSentry(server.path);
    await sentry.send(...pack([point(1), packet, point(2)]));
    await until(() => messages.length === 2 && reports.length === 1, "the messages and the event");
    expect(messages.map(numberOf)).toEqual([1, 2]);
    expect(reports[0]?.report).toMatchObject({ count: 1, error: { code: "ERR_WIRE_MALFORMED" } });
    expect(server.stats()).toMatchObject({ messages: 2, malformed: 1, truncated: 0 });
    expect(reports[0]?.sandbox.counters).toMatchObject({ messages: 2, malformed: 1 });
  });
}

test("a packet over the limit is counted and skipped", async () => {
  const server = await startServer({ maxMessageSize: 1000 });
  const reports = watchMalformed(server);
  const { messages } = consume(server);
  const sentry = await startSentry(server.path);
  await sentry.send(...pack([point(1), point(2, { padding: 2000 }), point(3)]));
  await until(() => messages.length === 2 && reports.length === 1, "the messages and the event");
  const error: TraceError | undefined = reports[0]?.report.error;
  expect(error).toMatchObject({
    code: "ERR_WIRE_TOO_LARGE",
    message: expect.stringMatching(/limit of 1000/),
  });
  expect(server.stats()).toMatchObject({ messages: 2, malformed: 0, truncated: 1 });
});

test("a burst of malformed packets makes one event a second, and the counts are right", async () => {
  const server = await startServer();
  const reports = watchMalformed(server);
  const { messages } = consume(server);
  const sentry = await startSentry(server.path);
  const burst = pack(range(100).map(() => Uint8Array.of(1)));
  const begin = performance.now();
  for (let i = 0; i < 30; i++) {
    await sentry.send(...burst);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // The last of them are told without anything further having to come.
  const told = () => reports.reduce((sum, { report }) => sum + report.count, 0);
  await until(() => told() === 3000, "all of them told");
  const seconds = (performance.now() - begin) / 1000;
  expect(reports.length).toBeLessThanOrEqual(Math.floor(seconds) + 1);
  for (const [index, { at }] of reports.entries()) {
    if (index > 0) expect(at - (reports[index - 1]?.at ?? 0)).toBeGreaterThan(950);
  }
  expect(server.stats().malformed).toBe(3000);
  await sentry.send(point(1));
  await until(() => messages.length === 1, "the stream to go on");
});

test("a flood of drops makes one event a second, and the counts are right", async () => {
  const server = await startServer();
  const drops: { dropped: number; at: number }[] = [];
  server.on("drop", (_, { dropped }) => drops.push({ dropped, at: performance.now() }));
  consume(server);
  const sentry = await startSentry(server.path);
  const begin = performance.now();
  for (let droppedCount = 1; droppedCount <= 30; droppedCount++) {
    await sentry.send(point(0, { droppedCount }));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const told = () => drops.reduce((sum, { dropped }) => sum + dropped, 0);
  await until(() => told() === 30, "all of them told");
  expect(drops.length).toBeLessThanOrEqual(Math.floor((performance.now() - begin) / 1000) + 1);
  expect(drops[0]?.dropped).toBe(1);
});

test("what was not told is told before the disconnect", async () => {
  const server = await startServer();
  const log: unknown[] = [];
  server.on("malformed", (_, { count }) => log.push(count));
  server.on("disconnect", ({ counters }) => log.push(["disconnect", counters.malformed]));
  consume(server);
  const sentry = await startSentry(server.path);
  await sentry.send(Uint8Array.of(1));
  await until(() => log.length === 1, "the first event");
  await sentry.send(...pack([Uint8Array.of(1), Uint8Array.of(1)]));
  await sentry.close();
  await until(() => log.length === 3, "the disconnect");
  expect(log).toEqual([1, 2, ["disconnect", 3]]);
});

test("one sandbox's malformed packets are not another's", async () => {
  const server = await startServer();
  const reports = watchMalformed(server);
  consume(server);
  const [good, bad, worse] = await Promise.all(range(3).map(() => startSentry(server.path)));
  await good?.send(point(1, { containerId: "good" }));
  await bad?.send(...pack([point(1, { containerId: "bad" }), Uint8Array.of(1)]));
  await worse?.send(...pack([point(1, { containerId: "worse" }), Uint8Array.of(1)]));
  await until(() => reports.length === 2, "two events");
  expect(reports.map(({ sandbox }) => sandbox.id).sort()).toEqual(["bad", "worse"]);
  const counts = server.stats().sandboxes.map(({ id, counters }) => [id, counters.malformed]);
  expect(counts.sort()).toEqual([
    ["bad", 1],
    ["good", 0],
    ["worse", 1],
  ]);
});

test("drops are counted across the wrap at 2^32, and steps back are none", async () => {
  const server = await startServer();
  const drops: number[] = [];
  server.on("drop", (_, { dropped }) => drops.push(dropped));
  const { messages } = consume(server);
  const sentry = await startSentry(server.path);
  const counts = [0, 0, 2 ** 31 - 1, 2 ** 32 - 2, 2 ** 32 - 5, 2 ** 32 - 1, 0, 2 ** 32 - 1, 3];
  await sentry.send(...pack(counts.map((droppedCount, index) => point(index, { droppedCount }))));
  await until(() => messages.length === counts.length, "the messages");
  await until(() => drops.reduce((sum, dropped) => sum + dropped, 0) === 2 ** 32 + 3, "the drops");
  expect(server.stats().dropped).toBe(2 ** 32 + 3);
  expect(server.stats().sandboxes[0]?.counters.dropped).toBe(2 ** 32 + 3);
});

test("drops of a batch make one event, before its messages", async () => {
  const server = await startServer();
  const log: unknown[] = [];
  server.on("drop", (_, { dropped }) => log.push(["drop", dropped]));
  const sentry = await startSentry(server.path);
  await sentry.send(...pack([point(0), point(1, { droppedCount: 3 }), point(2, { droppedCount: 7 })]));
  await sentry.close();
  for await (const message of server) {
    log.push(numberOf(message));
    if (numberOf(message) === 2) break;
  }
  expect(log).toEqual([["drop", 7], 0, 1, 2]);
});

test("messages of unknown types pass", async () => {
  const server = await startServer();
  const { messages } = consume(server);
  const sentry = await startSentry(server.path);
  await sentry.send(
    ...pack([encodeFrame(0, Uint8Array.of(1)), encodeFrame(999, Uint8Array.of(255, 255)), point(3)]),
  );
  await until(() => messages.length === 3, "the messages");
  expect(messages[0]).toMatchObject({ messageType: 0, receivedType: 0 });
  expect(messages[1]).toMatchObject({ messageType: 0, receivedType: 999 });
  expect(server.stats()).toMatchObject({ messages: 3, malformed: 0 });
});

test("a sandbox is named by the first container id that can be believed", async () => {
  const server = await startServer();
  const { messages } = consume(server);
  const sentry = await startSentry(server.path);
  await sentry.send(
    ...pack([point(0), point(1, { containerId: "x".repeat(257) }), point(2, { containerId: "a\nb" })]),
  );
  await until(() => messages.length === 3, "the messages");
  expect(server.stats().sandboxes[0]).toMatchObject({ id: "connection-1", identified: false });
  await sentry.send(...pack([point(3, { containerId: "first" }), point(4, { containerId: "second" })]));
  await until(() => messages.length === 5, "the messages");
  expect(server.stats().sandboxes[0]).toMatchObject({ id: "first", identified: true });
});

test("a container's start names its sandbox by its own id", async () => {
  const server = await startServer();
  const { messages } = consume(server);
  const sentry = await startSentry(server.path);
  const type = MessageType.MESSAGE_CONTAINER_START;
  const schema = payloadSchemas[type];
  if (schema === undefined) throw new Error("no schema");
  await sentry.send(encodeFrame(type, toBinary(schema, create(schema, { id: "started" }))));
  await until(() => messages.length === 1, "the message");
  expect(messages[0]?.sandbox.id).toBe("started");
});

test("whatever a Sentry sends, the stream goes on and the counters add up", async () => {
  const server = await startServer({ maxMessageSize: 2000 });
  const gone: Sandbox[] = [];
  server.on("disconnect", (sandbox) => gone.push(sandbox));
  const { messages } = consume(server);
  const anything = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 100 }),
    // With a header that is right, so that the payload is looked at.
    fc
      .tuple(fc.integer({ min: 0, max: 40 }), fc.uint8Array({ maxLength: 60 }))
      .map(([type, payload]) => encodeFrame(type, payload)),
    fc.integer({ min: 1990, max: 2100 }).map((size) => new Uint8Array(size)),
    fc.nat().map((number) => point(number)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { maxLength: 60 }), async (packets) => {
      const before = messages.length;
      const sentry = await startSentry(server.path);
      await sentry.send(...pack(packets));
      await sentry.close();
      await until(() => gone.length > 0, "the sandbox's end");
      const counters = gone.pop()?.counters;
      const large = packets.filter(({ length }) => length > 2000);
      expect(counters?.truncated).toBe(large.length);
      expect(counters?.messages).toBe(messages.length - before);
      expect((counters?.messages ?? 0) + (counters?.malformed ?? 0) + large.length).toBe(packets.length);
      const bytes = (list: Uint8Array[]) => list.reduce((sum, { length }) => sum + length, 0);
      expect(counters?.bytes).toBe(bytes(packets) - bytes(large));
    }),
    { numRuns: 200 },
  );
  const { messages: decoded, malformed, truncated, transport } = server.stats();
  expect(decoded + malformed + truncated).toBe(transport.packets + transport.truncated);
});

test("a live sandbox is told from a recorded one, and then has its peer", async () => {
  const server = await startServer();
  const { messages } = consume(server);
  const sentry = await startSentry(server.path);
  await sentry.send(...pack([point(1)]));
  await until(() => messages.length === 1, "the message");
  const sandbox = messages[0]?.sandbox;
  if (sandbox === undefined || !isConnected(sandbox)) throw new Error("the sandbox is live");
  expect(sandbox.peer).toMatchObject({ pid: process.pid, uid: process.getuid?.() });
  expect(isConnected({ id: "x.trace", arch: "x64" })).toBe(false);
});
