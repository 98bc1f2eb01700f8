import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import {
  createSentryServer,
  type SandboxSpread,
  type SentryServer,
  spreadSandboxes,
} from "@sentrytap/server";
import { expect, onTestFinished, test } from "vitest";
import { consume, numberOf, pack, point, range, senderOf, socketPath, startSentry, until } from "./sentry.ts";

async function startSpread(options: { readonly maxConnections?: number } = {}): Promise<SandboxSpread> {
  const spread = await spreadSandboxes({ path: socketPath(), ...options });
  onTestFinished(() => spread.close());
  return spread;
}

/** A server with a share, here in the same thread. */
async function startShared(spread: SandboxSpread): Promise<SentryServer> {
  const server = await createSentryServer({ share: spread.share() });
  onTestFinished(() => server.close());
  return server;
}

function taken(spread: SandboxSpread, count: number): Promise<void> {
  const isTaken = () => spread.stats().shares.filter(({ state }) => state === "taken").length === count;
  return until(isTaken, `${count} shares taken`);
}

test("servers with shares have the sandboxes between them, each with all of its messages in order", async () => {
  const spread = await startSpread();
  const servers = [await startShared(spread), await startShared(spread)];
  const streams = servers.map(consume);
  await taken(spread, 2);
  const sent = range(200);
  const sentries = await Promise.all(range(20).map(() => startSentry(spread.path)));
  await Promise.all(
    sentries.map(async (sentry, sender) => {
      for (const from of range(10)) {
        const some = sent.slice(from * 20, from * 20 + 20);
        await sentry.send(
          ...pack(some.map((number) => point(number, { sender, containerId: `c${sender}` }))),
        );
      }
      await sentry.close();
    }),
  );
  await spread.close();
  await Promise.all(streams.map(({ done }) => done));
  const ids = new Set<string>();
  for (const [index, { messages }] of streams.entries()) {
    expect(servers[index]?.stats()).toMatchObject({ connected: 10, messages: 2000, sandboxes: [] });
    expect(servers[index]?.path).toBe(spread.path);
    const sandboxes = new Set(messages.map(({ sandbox }) => sandbox));
    expect(sandboxes.size).toBe(10);
    for (const sandbox of sandboxes) {
      ids.add(sandbox.id);
      const own = messages.filter((message) => message.sandbox === sandbox);
      expect(own.map(numberOf)).toEqual(sent);
      expect(new Set(own.map((message) => `c${senderOf(message)}`))).toEqual(new Set([sandbox.id]));
    }
  }
  expect(ids.size).toBe(20);
  expect(existsSync(spread.path)).toBe(false);
});

test("sandboxes that name no container have different ids, whichever server has them", async () => {
  const spread = await startSpread();
  const servers = [await startShared(spread), await startShared(spread)];
  const ids: string[] = [];
  for (const server of servers) {
    server.on("connect", ({ id }) => ids.push(id));
    consume(server);
  }
  await taken(spread, 2);
  for (let i = 0; i < 4; i++) await startSentry(spread.path);
  await until(() => ids.length === 4, "four sandboxes");
  expect(ids.sort()).toEqual(["connection-1", "connection-2", "connection-3", "connection-4"]);
});

test("a share is for one server, and a spread that is closed has none", async () => {
  const spread = await startSpread();
  const share = spread.share();
  const server = await createSentryServer({ share });
  await taken(spread, 1);
  await expect(createSentryServer({ share })).rejects.toMatchObject({ code: "ERR_CLOSED" });
  const late = spread.share();
  await spread.close();
  await spread.close();
  await expect(createSentryServer({ share: late })).rejects.toMatchObject({ code: "ERR_CLOSED" });
  expect(() => spread.share()).toThrow(expect.objectContaining({ code: "ERR_SOCKET" }));
  await server.close();
});

test.each([undefined, null, {}, "/run/sentrytap.sock"])(
  "a share that no spread has made is refused: %j",
  async (share) => {
    const options = { share } as unknown as Parameters<typeof createSentryServer>[0];
    await expect(createSentryServer(options)).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
      message: expect.stringContaining("share must be"),
    });
  },
);

test("the path is taken like any server's: a stale socket is replaced, one in use is left alone", async () => {
  const spread = await startSpread();
  await expect(spreadSandboxes({ path: spread.path })).rejects.toMatchObject({ code: "ERR_SOCKET_IN_USE" });
  await expect(createSentryServer({ path: spread.path })).rejects.toMatchObject({
    code: "ERR_SOCKET_IN_USE",
  });
});

test("who is over maxConnections is told of as turned away", async () => {
  const spread = await startSpread({ maxConnections: 2 });
  const errors: string[] = [];
  spread.on("error", ({ code, message }) => errors.push(`${code} ${message}`));
  consume(await startShared(spread));
  consume(await startShared(spread));
  await taken(spread, 2);
  await startSentry(spread.path);
  await startSentry(spread.path);
  await expect(startSentry(spread.path)).rejects.toMatchObject({
    code: expect.stringMatching(/ERR_SOCKET|ERR_HANDSHAKE/),
  });
  await until(() => errors.length > 0, "an error");
  expect(errors).toEqual([expect.stringMatching(/^ERR_HANDSHAKE connections turned away: 1; /)]);
  expect(spread.stats()).toMatchObject({ accepted: 2, refused: 1 });
});

test("in worker threads, as the documentation has it; one that dies is told of, and another takes its place", async () => {
  const spread = await startSpread();
  const file = new URL("shared.mjs", import.meta.url);
  const start = (): Worker => {
    const worker = new Worker(fileURLToPath(file), { workerData: spread.share() });
    onTestFinished(async () => void (await worker.terminate()));
    return worker;
  };
  const heard = (worker: Worker): string[] => {
    const texts: string[] = [];
    worker.on("message", (text) => texts.push(text));
    return texts;
  };
  const workers = [start(), start()];
  const [first = [], second = []] = workers.map(heard);
  await taken(spread, 2);
  const sentries = [await startSentry(spread.path), await startSentry(spread.path)];
  for (const sentry of sentries) await sentry.send(...pack(range(5).map((number) => point(number))));
  await until(() => first.length + second.length === 10, "ten messages");
  expect(first).toEqual(range(5).map((number) => `connection-1 ${number}`));
  expect(second).toEqual(range(5).map((number) => `connection-2 ${number}`));

  const gone = new Promise((resolve) => spread.once("gone", resolve));
  await workers[0]?.terminate();
  expect(await gone).toEqual({ number: 1, state: "gone", held: 1, handed: 1 });
  await expect(sentries[0]?.send(point(1))).rejects.toMatchObject({ code: "ERR_SOCKET" });
  const third = heard(start());
  await taken(spread, 2);
  const sentry = await startSentry(spread.path);
  await sentry.send(point(7));
  await until(() => third.length === 1, "a message");
  expect(third).toEqual(["connection-3 7"]);

  const exited = new Promise((resolve) => workers[1]?.once("exit", resolve));
  await spread.close();
  expect(await exited).toBe(0);
});
