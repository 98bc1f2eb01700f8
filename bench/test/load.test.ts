import { listen } from "@sentrytap/seqpacket";
import { createSentryServer } from "@sentrytap/server";
import { encodeHandshake, isMessage, type Message } from "@sentrytap/wire";
import { expect, it } from "vitest";
import { readRecording } from "../src/recordings.ts";
import { prepareTransport, type Sending, sentAt, type Transport } from "../src/transport-load.ts";

// What the figures of the bench rest on: that what is sent is what the options say.

async function touchBin(): Promise<Transport> {
  const packets = await readRecording("touch_bin.2024");
  if (packets === undefined) throw new Error("there is no recording");
  return prepareTransport(packets);
}

/** What a server gets of a load. */
async function receive(
  transport: Transport,
  messages: number,
  connections: number,
  sending: Sending,
): Promise<{ readonly received: readonly Message[]; readonly dropped: number; readonly begin: number }> {
  const load = transport.load(messages, connections, sending);
  await using server = await createSentryServer({ path: load.path });
  let open = connections;
  server.on("disconnect", () => {
    if (--open === 0) void server.close();
  });
  load.start();
  const received: Message[] = [];
  for await (const batch of server.batches()) received.push(...batch.filter(isMessage));
  const { dropped, begin } = await load.sent;
  return { received, dropped, begin: Number(begin) };
}

it("counts what the bare receiver takes, and its CPU", async () => {
  await using transport = await touchBin();
  for (const connections of [1, 4]) {
    const load = transport.load(2_000, connections);
    const { end, cpuUs } = await load.receiveBare();
    expect(end).toBeGreaterThan((await load.sent).begin);
    expect(cpuUs).toBeGreaterThan(0);
  }
});

it("sends at a rate, the connections taking turns", async () => {
  await using transport = await touchBin();
  const begin = performance.now();
  const { received, dropped } = await receive(transport, 900, 3, { rate: 3_000 });
  expect(performance.now() - begin).toBeGreaterThan(295);
  expect(dropped).toBe(0);
  const sandboxes = [...new Set(received.map(({ sandbox }) => sandbox))];
  const shares = sandboxes.map((each) => received.filter(({ sandbox }) => sandbox === each).length);
  expect(shares).toEqual([300, 300, 300]);
});

it("sends those that warm up as fast as they are taken, and only the others at the rate", async () => {
  await using transport = await touchBin();
  const begin = performance.now();
  const { received } = await receive(transport, 90_900, 3, { rate: 3_000, warmUp: 90_000 });
  const seconds = (performance.now() - begin) / 1_000;
  expect(received).toHaveLength(90_900);
  expect(seconds).toBeGreaterThan(0.295);
  // At the rate all would take thirty.
  expect(seconds).toBeLessThan(20);
});

it("stamps messages with the time of their sending, and leaves the rest as it was", async () => {
  await using transport = await touchBin();
  const { received, begin } = await receive(transport, 285, 1, { stamped: true });
  const now = Number(process.hrtime.bigint());
  const times = received.map(({ contextData }) => sentAt(contextData?.timeNsNumber ?? Number.NaN));
  expect(times).toHaveLength(285);
  // A double has the time to within 256 ns.
  for (const time of times) expect(time).toBeGreaterThanOrEqual(begin - 256);
  for (const time of times) expect(time).toBeLessThan(now);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  const plain = await receive(transport, 285, 1, {});
  expect(received.map(({ messageName }) => messageName)).toEqual(
    plain.received.map(({ messageName }) => messageName),
  );
});

it("drops as a Sentry does what nobody takes", async () => {
  await using transport = await touchBin();
  const load = transport.load(5_000, 1, { rate: 1_000_000, retries: 0 });
  const size = 65_536;
  const options = {
    path: load.path,
    answer: encodeHandshake(),
    maxPacketSize: size,
    slabSize: size,
    slabCount: 1,
  };
  await using listener = listen(options);
  load.start();
  const { dropped } = await load.sent;
  expect(dropped).toBeGreaterThan(3_000);
  // What was not dropped is all there, once it is read.
  void listener.close();
  for (let batch = await listener.next(); batch !== undefined; batch = await listener.next());
  expect(listener.stats().packets).toBe(5_000 - dropped);
});
