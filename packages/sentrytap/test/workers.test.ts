import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import {
  createLiveRules,
  createSentryServer,
  type DetectInWorkersOptions,
  detect,
  detectInWorkers,
  formatAlertJson,
  loadRuleFiles,
  type Matching,
  type PlainAlert,
  type Sandbox,
  type WorkerAlert,
  type WorkerAlerts,
} from "sentrytap";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { build, connect, folder, play, writeRules } from "./sandboxes.ts";

beforeAll(build, 120_000);

const recordings = [
  "spawn.2024",
  "threads20.2022",
  "tcp4.2024",
  "unix_sockets.2024",
  "exec_session.2024",
  "shell_pipeline.2024",
  "dpkg_install.2024",
  "chroot.2022",
  "drops_burst.2024",
  "spawn.2024",
];

async function start(options: Partial<DetectInWorkersOptions> = {}): Promise<WorkerAlerts> {
  const alerts = await detectInWorkers({ path: join(folder(), "s.sock"), workers: 2, ...options });
  onTestFinished(() => alerts.close());
  return alerts;
}

/** Reads all; what has come so far is in `alerts`. */
function consume(source: AsyncIterable<WorkerAlert>): { alerts: WorkerAlert[]; done: Promise<void> } {
  const alerts: WorkerAlert[] = [];
  const read = async (): Promise<void> => {
    for await (const alert of source) alerts.push(alert);
  };
  return { alerts, done: read() };
}

/** All that is plain of alerts, sandbox by sandbox, in order; the sandboxes sorted, as there is no order between them. */
function bySandbox(alerts: readonly (PlainAlert & { readonly sandbox: object })[]): string[][] {
  const sandboxes = new Map<object, string[]>();
  for (const alert of alerts) {
    const own = sandboxes.get(alert.sandbox) ?? [];
    sandboxes.set(alert.sandbox, own);
    const { rule, priority, source, tags, time, timeNs, output, outputFields } = alert;
    const plain = [rule, priority, source, tags, time, String(timeNs), output];
    own.push(JSON.stringify([...plain, formatAlertJson(alert), Object.keys(outputFields)]));
  }
  return [...sandboxes.values()].sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

/** Says where they first differ, and no more: there are megabytes of them. */
function expectSame(one: readonly string[][], other: readonly string[][]): void {
  expect(one.map((alerts) => alerts.length)).toEqual(other.map((alerts) => alerts.length));
  for (const [i, alerts] of one.entries()) {
    for (const [j, alert] of alerts.entries()) {
      if (alert !== other[i]?.[j]) expect(alert).toBe(other[i]?.[j]);
    }
  }
}

async function inOneThread(rules: readonly string[], matching: Matching): Promise<string[][]> {
  await using server = await createSentryServer({ path: join(folder(), "one.sock") });
  const all: (PlainAlert & { readonly sandbox: object })[] = [];
  const reading = (async () => {
    for await (const alert of detect(server, { rules: await loadRuleFiles(rules), matching }))
      all.push(alert);
  })();
  await play(server.path, recordings);
  await server.close();
  await reading;
  return bySandbox(all);
}

describe.each([
  ["first", [1, 2, 3]],
  ["all", [2]],
] as const)("alerts of %s matches", (matching, counts) => {
  test("of workers are those of one thread, word for word and in order", async () => {
    const rules = [writeRules(join(folder(), "rules.yaml"))];
    const expected = await inOneThread(rules, matching);
    expect(expected).toHaveLength(recordings.length);
    expect(expected.flat().length).toBeGreaterThan(matching === "all" ? 4_000 : 3_000);
    for (const workers of counts) {
      const stream = await start({ workers, rules, matching });
      const { alerts, done } = consume(stream);
      await play(stream.path, recordings);
      await stream.close();
      await done;
      expectSame(bySandbox(alerts), expected);
      const { rules: ruleStats, server } = await stream.stats();
      expect(ruleStats.alerts).toBe(alerts.length);
      expect(server).toMatchObject({ connected: recordings.length, malformed: 0, sandboxes: [] });
    }
  }, 60_000);
});

test("rules are replaced on the way, in all workers and as in one thread", async () => {
  const path = folder();
  const first = writeRules(join(path, "first.yaml"), "first");
  const second = writeRules(join(path, "second.yaml"), "second");
  const names = ["spawn.2024", "dpkg_install.2024", "shell_pipeline.2024", "dpkg_install.2024"];

  const playHalves = async (socket: string, between: (sent: number) => Promise<void>): Promise<void> => {
    const sandboxes = await Promise.all(names.map((name) => connect(socket, name)));
    const sent = await Promise.all(sandboxes.map((sandbox) => sandbox.send(0, 0.5)));
    await between(sent.reduce((sum, each) => sum + each));
    await Promise.all(sandboxes.map((sandbox) => sandbox.send(0.5, 1).then(() => sandbox.close())));
  };

  const server = await createSentryServer({ path: join(path, "one.sock") });
  const live = createLiveRules(await loadRuleFiles([first]));
  const alone: (PlainAlert & { readonly sandbox: object })[] = [];
  const reading = (async () => {
    for await (const alert of detect(server, { rules: live })) alone.push(alert);
  })();
  await playHalves(server.path, async (sent) => {
    await expect.poll(() => server.stats().messages).toBe(sent);
    live.replace(await loadRuleFiles([second]));
  });
  await server.close();
  await reading;

  const stream = await start({ rules: [first] });
  const { alerts, done } = consume(stream);
  await playHalves(stream.path, async (sent) => {
    await expect.poll(async () => (await stream.stats()).server.messages).toBe(sent);
    await stream.replaceRules({ rules: [second] });
  });
  await stream.close();
  await done;
  expect(new Set(alerts.map(({ output }) => output.split(" ")[0]))).toEqual(new Set(["first", "second"]));
  expectSame(bySandbox(alerts), bySandbox(alone));
});

/** The value, once it has been the same for a while. */
async function settled(value: () => number): Promise<number> {
  for (let last = -1; ; await delay(100)) {
    const now = value();
    if (now === last && now > 0) return now;
    last = now;
  }
}

test("rules that do not load are refused, and those in force stay; warnings and figures are told once", async () => {
  const file = writeRules(join(folder(), "rules.yaml"));
  const warnings: string[] = [];
  const stream = await start({
    rules: [file],
    select: [{ disable: { rule: "no such rule" } }],
    onWarning: (text) => warnings.push(text),
  });
  expect(stream.loaded).toEqual({ rules: 3, enabled: 3 });
  expect(warnings.filter((text) => text.includes("no such rule"))).toHaveLength(1);
  writeFileSync(file, "- rule: broken\n");
  await expect(stream.replaceRules()).rejects.toMatchObject({ code: "ERR_RULES" });
  expect(stream.loaded).toEqual({ rules: 3, enabled: 3 });
  await expect(stream.replaceRules({ rules: ["/nowhere.yaml"] })).rejects.toMatchObject({
    code: "ERR_RULES",
  });
  writeRules(file, "again");
  await stream.replaceRules({ minPriority: "Notice" });
  expect(stream.loaded).toEqual({ rules: 3, enabled: 2 });
  const { alerts, done } = consume(stream);
  await play(stream.path, ["spawn.2024"]);
  await stream.close();
  await done;
  expect(alerts.length).toBeGreaterThan(0);
  expect(alerts.every(({ output }) => output.startsWith("again "))).toBe(true);
});

test("what does not begin is an error, and leaves no socket and no thread behind", async () => {
  const path = join(folder(), "s.sock");
  const broken = join(folder(), "broken.yaml");
  writeFileSync(broken, "- rule: broken\n  condition: nothing\n");
  await expect(detectInWorkers({ path, workers: 2, rules: [broken] })).rejects.toMatchObject({
    code: "ERR_RULES",
    message: expect.stringContaining("broken.yaml:1"),
  });
  expect(existsSync(path)).toBe(false);
  await expect(detectInWorkers({ path, workers: 2, maxMessageSize: 0 })).rejects.toMatchObject({
    code: "ERR_INVALID_ARGUMENT",
  });
  await expect(detectInWorkers({ path, workers: 0 })).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  const oneSocket: object = { containers: "/var/run/docker.sock" };
  await expect(detectInWorkers({ path, workers: 1, ...oneSocket })).rejects.toMatchObject({
    code: "ERR_INVALID_ARGUMENT",
    message: expect.stringContaining("containers must be"),
  });
  const withFunction = { path, workers: 1, allow: () => true };
  await expect(detectInWorkers(withFunction)).rejects.toMatchObject({
    code: "ERR_INVALID_ARGUMENT",
    message: expect.stringContaining("allow must be plain data"),
  });
  const stream = await start();
  await expect(detectInWorkers({ path: stream.path, workers: 1 })).rejects.toMatchObject({
    code: "ERR_SOCKET_IN_USE",
  });
});

test("sandboxes are spread evenly, and connect and disconnect around their alerts", async () => {
  const stream = await start({ workers: 3, rules: [writeRules(join(folder(), "rules.yaml"))] });
  const told: string[] = [];
  const known = new Set<Sandbox>();
  stream.on("connect", (sandbox) => {
    known.add(sandbox);
    told.push("connect");
    expect(sandbox.peer.pid).toBe(process.pid);
  });
  stream.on("disconnect", (sandbox, { errno, tables }) => {
    expect(known.delete(sandbox)).toBe(true);
    told.push("disconnect");
    expect(errno).toBeUndefined();
    expect(tables?.forgotten).toBe(0);
    expect(sandbox.identified).toBe(true);
    expect(sandbox.counters.messages).toBeGreaterThan(10);
  });
  const reading = (async () => {
    for await (const { sandbox } of stream) expect(known.has(sandbox)).toBe(true);
  })();
  const sandboxes = await Promise.all(Array.from({ length: 30 }, () => connect(stream.path, "spawn.2024")));
  await expect.poll(() => told.length).toBe(30);
  const { server, workers } = await stream.stats();
  expect(server.sandboxes).toHaveLength(30);
  expect(new Set(server.sandboxes)).toEqual(known);
  expect(workers).toBe(3);
  await Promise.all(sandboxes.map((sandbox) => sandbox.send().then(() => sandbox.close())));
  await expect.poll(() => told.length).toBe(60);
  await stream.close();
  await reading;
});

test("a sandbox that is gone before its container is known disconnects after its alerts", async () => {
  const path = folder();
  const silent = createServer().listen(join(path, "silent.sock"));
  onTestFinished(() => void silent.close());
  const stream = await start({
    rules: [writeRules(join(path, "rules.yaml"))],
    containers: [join(path, "silent.sock")],
  });
  const { alerts, done } = consume(stream);
  const disconnected = new Promise<number>((resolve) => {
    stream.on("disconnect", () => resolve(alerts.length));
  });
  await play(stream.path, ["exec_session.2024"]);
  expect(await disconnected).toBeGreaterThan(10);
  expect((await stream.stats()).waiting.released).toBeGreaterThan(10);
  await stream.close();
  await done;
});

test("workers begin whatever the flags of the process", () => {
  const program = `
    import { detectInWorkers } from ${JSON.stringify(import.meta.resolve("sentrytap"))};
    const alerts = await detectInWorkers({ path: process.argv[1], workers: 1 });
    console.log(alerts.loaded.rules);
    await alerts.close();`;
  const flags = ["--input-type=module", "--max-old-space-size=200", "--expose-gc", "-e", program];
  const told = execFileSync(process.execPath, [...flags, join(folder(), "s.sock")], { encoding: "utf8" });
  expect(Number(told)).toBeGreaterThan(0);
});

test("the events of servers are told: drops, packets that are none, who was turned away", async () => {
  const stream = await start({ maxConnections: 2, handshakeTimeoutMs: 1_000 });
  const told: string[] = [];
  stream.on("drop", ({ counters }, { dropped }) => told.push(`drop ${dropped === counters.dropped}`));
  stream.on("malformed", (_, { count, error }) => told.push(`malformed ${count} ${error.code}`));
  stream.on("error", ({ code, message }, peer) => told.push(`${code} ${peer?.pid ?? message}`));
  const { done } = consume(stream);
  await play(stream.path, ["drops_burst.2024"]);
  await expect.poll(() => told.join()).toContain("drop true");
  const { connect: connectTo, encodeHandshake } = await import("sentrytap");
  await using silent = await connectTo(stream.path);
  await expect.poll(() => told.join()).toContain(`ERR_HANDSHAKE ${process.pid}`);
  await using broken = await connectTo(stream.path);
  await broken.handshake(encodeHandshake());
  await broken.send(Uint8Array.of(1, 2, 3));
  await expect.poll(() => told.join()).toContain("malformed 1 ERR_WIRE_MALFORMED");
  await using second = await connectTo(stream.path);
  await second.handshake(encodeHandshake());
  await using third = await connectTo(stream.path);
  await expect(third.handshake(encodeHandshake())).rejects.toThrow();
  await expect.poll(() => told.join()).toContain("connections turned away: 1");
  await silent.close();
  await stream.close();
  await done;
});

test("a consumer that does not ask stops the senders, and gets all of it when it does", async () => {
  const stream = await start({ rules: [writeRules(join(folder(), "rules.yaml"))] });
  const iterator = stream.batches()[Symbol.asyncIterator]();
  const sandboxes = await Promise.all([1, 2].map(() => connect(stream.path, "dpkg_install.2024")));
  const rounds = 40;
  let sent = 0;
  const sending = Promise.all(
    sandboxes.map(async (sandbox) => {
      for (let i = 0; i < rounds; i++, sent++) await sandbox.send();
      await sandbox.close();
    }),
  );
  expect(await settled(() => sent)).toBeLessThan(2 * rounds);
  expect((await stream.stats()).server.messages).toBeGreaterThan(0);
  let count = 0;
  let gone = 0;
  stream.on("disconnect", () => {
    if (++gone === 2) void stream.close();
  });
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    count += next.value.length;
  }
  await sending;
  const { rules, server } = await stream.stats();
  expect(count).toBe(rules.alerts);
  expect(server.transport).toMatchObject({ packets: server.messages, discarded: 0 });
}, 60_000);

test("close while loaded delivers what was sent; leaving the loop ends everything", async () => {
  const rules = [writeRules(join(folder(), "rules.yaml"))];
  for (const how of ["close", "break", "unread", "signal"]) {
    const controller = new AbortController();
    const stream = await start({ rules, signal: controller.signal });
    const sandboxes = await Promise.all([1, 2, 3].map(() => connect(stream.path, "dpkg_install.2024")));
    const sending = Promise.allSettled(
      sandboxes.map(async (sandbox) => {
        for (;;) await sandbox.send(); // until it is disconnected
      }),
    );
    if (how === "unread") await delay(200).then(() => stream.close());
    else {
      let count = 0;
      for await (const _ of stream) {
        if (++count === 500 && how === "close") void stream.close();
        if (count === 500 && how === "signal") controller.abort();
        if (count === 500 && how === "break") break;
      }
      const stats = await stream.stats();
      if (how !== "break") expect(count).toBe(stats.rules.alerts);
      expect(stats.workers).toBe(0);
    }
    expect((await sending).map(({ status }) => status)).toEqual(Array(3).fill("rejected"));
    expect(existsSync(stream.path)).toBe(false);
  }
}, 60_000);

describe("a worker that dies", () => {
  /** The workers of what is started next. */
  function watchWorkers(): Worker[] {
    const workers: Worker[] = [];
    const add = (worker: Worker): void => void workers.push(worker);
    process.on("worker", add);
    onTestFinished(() => void process.off("worker", add));
    return workers;
  }

  test("is told of with its sandboxes; the others go on, and another takes its place", async () => {
    const workers = watchWorkers();
    const stream = await start({ rules: [writeRules(join(folder(), "rules.yaml"))] });
    const told: string[] = [];
    stream.on("error", ({ code, message }) => told.push(`${code} ${message}`));
    stream.on("disconnect", ({ id }, { errno }) => told.push(`disconnect ${id.slice(0, 3)} ${errno}`));
    const { alerts, done } = consume(stream);
    const connected = new Promise<void>((resolve) => {
      let count = 0;
      stream.on("connect", () => {
        if (++count === 2) resolve();
      });
    });
    const lost = await connect(stream.path, "spawn.2024");
    const kept = await connect(stream.path, "spawn.2024");
    await connected;
    await workers[0]?.terminate();
    await expect.poll(() => told.length).toBe(2);
    expect(told).toEqual([
      expect.stringMatching(
        /^ERR_WORKER worker 1 died: .*\. Sandboxes that it watched, are disconnected and run on unwatched: 1: connection-1$/,
      ),
      "disconnect con 103",
    ]);
    await expect(lost.send()).rejects.toMatchObject({ code: "ERR_SOCKET" });
    await expect.poll(async () => (await stream.stats()).workers).toBe(2);
    expect(await stream.stats()).toMatchObject({ died: 1, workers: 2 });
    expect(workers).toHaveLength(3);
    // The one that took its place has fewest.
    const next = await connect(stream.path, "spawn.2024");
    await Promise.all([kept, next].map((sandbox) => sandbox.send().then(() => sandbox.close())));
    await stream.close();
    await done;
    const [first, second] = bySandbox(alerts);
    expect(first?.length).toBeGreaterThan(100);
    expect(second).toEqual(first);
  });

  test("is replaced by one that has the rules in force", async () => {
    const workers = watchWorkers();
    const path = folder();
    const stream = await start({ workers: 1, rules: [writeRules(join(path, "first.yaml"), "first")] });
    const died = new Promise((resolve) => stream.once("error", resolve));
    const { alerts, done } = consume(stream);
    await stream.replaceRules({ rules: [writeRules(join(path, "second.yaml"), "second")] });
    await workers[0]?.terminate();
    await died;
    // While it begins.
    await stream.replaceRules({ rules: [writeRules(join(path, "third.yaml"), "third")] });
    await expect.poll(async () => (await stream.stats()).workers).toBe(1);
    await play(stream.path, ["spawn.2024"]);
    await stream.close();
    await done;
    expect(alerts.length).toBeGreaterThan(10);
    expect(alerts.every(({ output }) => output.startsWith("third "))).toBe(true);
  });

  test("just before all is closed: who would take its place ends without a word", async () => {
    const workers = watchWorkers();
    const stream = await start({ workers: 1 });
    const told: string[] = [];
    stream.on("error", ({ code }) => told.push(code));
    const { done } = consume(stream);
    await workers[0]?.terminate();
    await stream.close();
    await done;
    expect(told).toEqual(["ERR_WORKER"]);
    expect(await stream.stats()).toMatchObject({ died: 1, workers: 0 });
  });

  test("is thrown where nobody listens", async () => {
    const workers = watchWorkers();
    const stream = await start();
    const { done } = consume(stream);
    const failed = expect(done).rejects.toMatchObject({ code: "ERR_WORKER" });
    await workers[1]?.terminate();
    await failed;
    expect(existsSync(stream.path)).toBe(false);
    expect((await stream.stats()).workers).toBe(0);
  });
});

test.each(["exit", "throw", "close"])("the process ends with workers at work: %s", (how) => {
  const program = fileURLToPath(new URL("programs/exit.mjs", import.meta.url));
  for (let round = 0; round < 2; round++) {
    const ended = spawnSync(process.execPath, [program, how, folder()], {
      encoding: "utf8",
      timeout: 25_000,
    });
    expect(ended).toMatchObject({ status: how === "throw" ? 1 : 0, signal: null, stdout: "traffic\n" });
    if (how !== "throw") expect(ended.stderr).toBe("");
  }
});

test("nothing is left of workers that ended, however they ended", async () => {
  const census = (): number =>
    readdirSync("/proc/self/fd").length + 1000 * readdirSync("/proc/self/task").length;
  const round = async (): Promise<void> => {
    const stream = await start();
    const { done } = consume(stream);
    await play(stream.path, ["spawn.2024", "spawn.2024"]);
    await stream.close();
    await done;
  };
  await round();
  const before = await settled(census);
  for (let i = 0; i < 2; i++) await round();
  await expect.poll(census).toBeLessThanOrEqual(before);
}, 120_000);
