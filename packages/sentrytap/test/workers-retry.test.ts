// What becomes of workers that cannot begin in the place of one that died.
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { detectInWorkers, type WorkerAlerts } from "sentrytap";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { build, folder, play, writeRules } from "./sandboxes.ts";

beforeAll(build, 120_000);

/** One worker, which is ended; of those that take its place so many are ended before they begin. */
async function loseWorkers(
  failures: number,
): Promise<{ alerts: WorkerAlerts; told: string[]; tries: () => number }> {
  const workers: Worker[] = [];
  const add = (worker: Worker): void => {
    workers.push(worker);
    if (workers.length > 1 && workers.length <= 1 + failures) void worker.terminate();
  };
  process.on("worker", add);
  onTestFinished(() => void process.off("worker", add));
  const rules = [writeRules(join(folder(), "rules.yaml"))];
  const alerts = await detectInWorkers({ path: join(folder(), "s.sock"), workers: 1, rules });
  onTestFinished(() => alerts.close());
  const told: string[] = [];
  alerts.on("error", ({ message }) => told.push(message.split(".")[0] ?? ""));
  await workers[0]?.terminate();
  return { alerts, told, tries: () => workers.length };
}

test("they are tried again, and nothing is told where one begins", async () => {
  const { alerts, told, tries } = await loseWorkers(2);
  let count = 0;
  const reading = (async () => {
    for await (const _ of alerts) count++;
  })();
  await expect.poll(async () => (await alerts.stats()).workers, { timeout: 20_000 }).toBe(1);
  await play(alerts.path, ["spawn.2024"]);
  await expect.poll(() => count).toBeGreaterThan(100);
  expect(await alerts.stats()).toMatchObject({ died: 1, workers: 1 });
  expect(told).toEqual([expect.stringContaining("worker 1 died")]);
  expect(tries()).toBe(4);
  await alerts.close();
  await reading;
}, 60_000);

test("the last failure is told, and is the end where no other is left", async () => {
  const { alerts, told, tries } = await loseWorkers(Number.POSITIVE_INFINITY);
  await expect(
    (async () => {
      for await (const _ of alerts);
    })(),
  ).rejects.toMatchObject({ code: "ERR_WORKER", message: expect.stringContaining("worker 5 died") });
  expect(told).toEqual([expect.stringContaining("worker 1 died"), expect.stringContaining("worker 5 died")]);
  expect(tries()).toBe(5);
  expect((await alerts.stats()).died).toBe(2);
}, 60_000);

test("nothing is tried again once all is closed", async () => {
  const { alerts, told, tries } = await loseWorkers(Number.POSITIVE_INFINITY);
  const reading = (async () => {
    for await (const _ of alerts);
  })();
  await expect.poll(tries).toBeGreaterThan(1);
  await alerts.close();
  await reading;
  expect(told).toHaveLength(1);
  expect(tries()).toBeLessThan(5);
});
