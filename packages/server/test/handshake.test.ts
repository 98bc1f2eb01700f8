import type { TraceError } from "@sentrytap/core";
import type { Peer } from "@sentrytap/seqpacket";
import type { SentryServer } from "@sentrytap/server";
import { encodeHandshake } from "@sentrytap/wire";
import { expect, test } from "vitest";
import { startPeer } from "./peer.ts";
import {
  block,
  connectPeer,
  consume,
  numberOf,
  pack,
  point,
  range,
  startSentry,
  startServer,
  until,
} from "./sentry.ts";

/** Gathers the peers that are turned away. */
function watchRefusals(server: SentryServer): { error: TraceError; peer: Peer | undefined }[] {
  const refusals: { error: TraceError; peer: Peer | undefined }[] = [];
  server.on("error", (error, peer) => refusals.push({ error, peer }));
  return refusals;
}

test("a good handshake makes a sandbox, with who connected", async () => {
  const server = await startServer({ arch: "arm64" });
  consume(server);
  const sentry = await connectPeer(server.path);
  expect(await sentry.handshake(encodeHandshake(7))).toEqual(encodeHandshake(1));
  await until(() => server.stats().connected === 1, "the sandbox");
  const [sandbox] = server.stats().sandboxes;
  expect(sandbox).toMatchObject({ id: "connection-1", identified: false, arch: "arm64", version: 7 });
  expect(sandbox?.peer).toMatchObject({ pid: process.pid, uid: process.getuid?.(), gid: process.getgid?.() });
  expect(sandbox?.peer.cmdline.length).toBeGreaterThan(0);
  expect(Math.abs(Date.now() - Number(sandbox?.connectedAt))).toBeLessThan(60_000);
});

const refused: [what: string, packet: Uint8Array, message: RegExp][] = [
  ["of version 0", encodeHandshake(0), /version 0/],
  ["that is empty", new Uint8Array(), /version 0/],
  ["that is none", Uint8Array.of(255, 255, 255), /no handshake/],
  ["that is too large", new Uint8Array(10_240), /10240 bytes is no handshake/],
  ["far over the limit", new Uint8Array(100_000), /100000 bytes is no handshake/],
];

for (const [what, packet, message] of refused) {
  test(`a handshake ${what} ends that connection and no other`, async () => {
    const server = await startServer();
    const refusals = watchRefusals(server);
    const { messages } = consume(server);
    const sentry = await startSentry(server.path);
    const peer = await connectPeer(server.path);
    await peer.send(packet);
    await until(() => refusals.length > 0, "the refusal");
    await sentry.send(point(1));
    await until(() => messages.length > 0, "the other's message");
    expect(refusals).toEqual([
      {
        error: expect.objectContaining({ code: "ERR_HANDSHAKE", message: expect.stringMatching(message) }),
        peer: expect.objectContaining({ pid: process.pid }),
      },
    ]);
    expect(server.stats()).toMatchObject({ connected: 1, refused: 1, messages: 1 });
    await until(() => server.stats().transport.open === 1, "the connection closed");
  });
}

test("a peer that says nothing is turned away in time, and delays nobody", async () => {
  const server = await startServer({ handshakeTimeoutMs: 300 });
  const refusals = watchRefusals(server);
  const { messages } = consume(server);
  const silent = await Promise.all(range(20).map(() => connectPeer(server.path)));
  const begin = performance.now();
  const sentry = await startSentry(server.path);
  await sentry.send(point(1));
  await until(() => messages.length > 0, "the message");
  expect(refusals).toEqual([]);
  await until(() => refusals.length === silent.length, "the silent turned away");
  expect(performance.now() - begin).toBeGreaterThan(250);
  expect(refusals[0]?.error).toMatchObject({
    code: "ERR_HANDSHAKE",
    message: expect.stringMatching(/300 ms/),
  });
  await until(() => server.stats().transport.open === 1, "the silent disconnected");
  await sentry.send(point(2));
  await until(() => messages.length === 2, "the stream to go on");
  expect(server.stats()).toMatchObject({ connected: 1, refused: 20 });
});

test("silent peers are turned away while others keep the server busy", async () => {
  const server = await startServer({ handshakeTimeoutMs: 100 });
  const refusals = watchRefusals(server);
  const { messages } = consume(server);
  await connectPeer(server.path);
  const sentry = await startSentry(server.path);
  const packed = pack(range(100).map((number) => point(number)));
  const end = performance.now() + 20_000;
  while (refusals.length === 0 && performance.now() < end) await sentry.send(...packed);
  expect(refusals).toHaveLength(1);
  expect(messages.length).toBeGreaterThan(0);
});

test("a handshake after the peer was turned away changes nothing", async () => {
  const server = await startServer({ handshakeTimeoutMs: 50 });
  const refusals = watchRefusals(server);
  consume(server);
  const late = await connectPeer(server.path);
  await until(() => refusals.length === 1, "the refusal");
  // It may just be answered, before the connection is closed.
  await Promise.allSettled([late.handshake(encodeHandshake())]);
  await until(() => server.stats().transport.open === 0, "the connection closed");
  await expect(late.handshake(encodeHandshake())).rejects.toMatchObject({ code: expect.any(String) });
  await startSentry(server.path);
  await until(() => server.stats().connected === 1, "the next sandbox");
  expect(server.stats()).toMatchObject({ refused: 1 });
  expect(refusals).toHaveLength(1);
});

test("a handshake in time counts though JavaScript was busy beyond the deadline", async () => {
  const server = await startServer({ handshakeTimeoutMs: 300 });
  const refusals = watchRefusals(server);
  const { messages } = consume(server);
  const peer = await startPeer();
  await peer.connect(server.path);
  await until(() => server.stats().transport.batches > 0, "the connection seen");
  const answered = peer.handshake(50);
  block(1500);
  const took = await answered;
  await until(() => server.stats().connected === 1, "the sandbox");
  expect(refusals).toEqual([]);
  expect(messages).toEqual([]);
  // Answered in the midst of the busy time: the peer would otherwise have waited for its end.
  expect(took).toBeLessThan(1000);
});

test("peers that are answered while nobody reads are there when somebody does", async () => {
  const server = await startServer({ handshakeTimeoutMs: 50 });
  const refusals = watchRefusals(server);
  await Promise.all(range(10).map(() => startSentry(server.path)));
  block(200);
  consume(server);
  await until(() => server.stats().connected === 10, "all of them");
  expect(refusals).toEqual([]);
});

test("300 peers at once are all answered", async () => {
  const server = await startServer();
  const { messages } = consume(server);
  const sentries = await Promise.all(range(300).map(() => startSentry(server.path)));
  await Promise.all(sentries.map((sentry, index) => sentry.send(point(index))));
  await until(() => messages.length === 300, "a message of each");
  expect(messages.map(numberOf).sort((a, b) => a - b)).toEqual(range(300));
  expect(server.stats()).toMatchObject({ connected: 300, refused: 0 });
});

test("connections over the limit are told of, however quiet the others are", async () => {
  const server = await startServer({ maxConnections: 2 });
  const refusals = watchRefusals(server);
  consume(server);
  await startSentry(server.path);
  await startSentry(server.path);
  await until(() => server.stats().connected === 2, "the two sandboxes");
  await Promise.allSettled(range(3).map(() => startSentry(server.path)));
  const told = () =>
    refusals.reduce((sum, { error }) => sum + Number(/away: (\d+)/.exec(error.message)?.[1]), 0);
  await until(() => told() === 3, "the refusals");
  expect(refusals[0]?.peer).toBeUndefined();
  expect(refusals[0]?.error).toMatchObject({
    code: "ERR_HANDSHAKE",
    message: expect.stringMatching(/at most 2 /),
  });
  await Promise.allSettled([startSentry(server.path)]);
  await server.close();
  await until(() => told() === 4, "the last one, told at the end");
});

test("a connection over the limit is turned away, and there is room again when one has gone", async () => {
  const server = await startServer({ maxConnections: 2 });
  consume(server);
  const first = await startSentry(server.path);
  await startSentry(server.path);
  await expect(startSentry(server.path)).rejects.toMatchObject({ code: expect.any(String) });
  await until(() => server.stats().connected === 2, "the two sandboxes");
  expect(server.stats()).toMatchObject({ refused: 1 });
  await first.close();
  await until(() => server.stats().sandboxes.length === 1, "the first gone");
  await startSentry(server.path);
  await until(() => server.stats().connected === 3, "the next sandbox");
});

test("allow decides who may stay", async () => {
  const answers: unknown[] = [true, false, "yes", Promise.resolve(true), new Error("unsure")];
  const asked: Peer[] = [];
  const server = await startServer({
    allow: (peer) => {
      asked.push(peer);
      const answer = answers[asked.length - 1];
      if (answer instanceof Error) throw answer;
      return answer as boolean; // as a caller without types might
    },
  });
  const refusals = watchRefusals(server);
  consume(server);
  for (const _ of answers) await startSentry(server.path);
  await until(() => refusals.length === 4, "the refusals");
  expect(server.stats()).toMatchObject({ connected: 1, refused: 4 });
  expect(asked.every(({ pid }) => pid === process.pid)).toBe(true);
  expect(refusals[0]?.error).toMatchObject({ code: "ERR_HANDSHAKE" });
  expect(refusals[3]?.error).toMatchObject({ code: "ERR_HANDSHAKE", cause: answers[4] });
});

test("a peer that keeps sending after it was turned away is told of once, and counts nowhere", async () => {
  const server = await startServer({ allow: () => false, maxMessageSize: 1000 });
  const refusals = watchRefusals(server);
  const peer = await startSentry(server.path);
  await peer.send(...pack([point(1), point(2, { padding: 2000 }), Uint8Array.of(1), encodeHandshake()]));
  const { messages } = consume(server);
  await until(() => refusals.length > 0, "the refusal");
  await until(() => server.stats().transport.open === 0, "the connection closed");
  await expect(peer.send(point(3))).rejects.toMatchObject({ code: "ERR_SOCKET" });
  expect(refusals).toHaveLength(1);
  expect(messages).toEqual([]);
  expect(server.stats()).toMatchObject({
    connected: 0,
    refused: 1,
    messages: 0,
    bytes: 0,
    malformed: 0,
    truncated: 0,
  });
});

test("a peer that leaves before its handshake is nobody's business", async () => {
  const server = await startServer({ handshakeTimeoutMs: 50 });
  const refusals = watchRefusals(server);
  consume(server);
  await (await connectPeer(server.path)).close();
  await until(
    () => server.stats().transport.accepted === 1 && server.stats().transport.open === 0,
    "its end",
  );
  block(60);
  await startSentry(server.path);
  await until(() => server.stats().connected === 1, "the next sandbox");
  expect(refusals).toEqual([]);
});

test("a peer that is killed is a sandbox that disconnects", async () => {
  const server = await startServer();
  consume(server);
  const gone: number[] = [];
  server.on("disconnect", ({ peer }) => gone.push(peer.pid));
  const peer = await startPeer();
  await peer.connect(server.path);
  await peer.handshake(0);
  await until(() => server.stats().connected === 1, "the sandbox");
  peer.kill();
  await until(() => gone.length > 0, "its end");
  expect(gone).toEqual([peer.pid]);
});
