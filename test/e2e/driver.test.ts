import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createRunsc,
  createSentryServer,
  type Runsc as Driver,
  flat,
  parseProcfs,
  RunscError,
  type RunscFailure,
  type SentryServer,
  sessionConfig,
} from "sentrytap";
import { expect, onTestFinished, test } from "vitest";
import { describeWithRunsc, type RunningSandbox, startSandbox } from "./runsc.ts";

const nobody = "/nonexistent/s.sock";

/** A server, and the ids of the sandboxes that connected to it. */
async function serve(): Promise<{ server: SentryServer; endpoint: string; connected: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-e2e-"));
  const endpoint = join(folder, "s.sock");
  const server = await createSentryServer({ path: endpoint });
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const connected: string[] = [];
  server.on("connect", ({ id }) => connected.push(id));
  return { server, endpoint, connected };
}

/** Why a call failed, and what runsc said. */
async function failure(call: Promise<unknown>): Promise<{ reason: RunscFailure; said: string }> {
  const error: unknown = await call.then(
    () => "it did not fail",
    (reason: unknown) => reason,
  );
  if (!(error instanceof RunscError)) throw error;
  return { reason: error.reason, said: error.said };
}

function everyCall(driver: Driver, id: string, endpoint: string): readonly Promise<unknown>[] {
  return [
    driver.traceList(id),
    driver.traceProcfs(id),
    driver.traceDelete(id),
    driver.traceCreate(id, sessionConfig({ endpoint })),
    driver.traceCreate(id, sessionConfig({ endpoint }), { force: true }),
  ];
}

async function reasons(calls: readonly Promise<unknown>[]): Promise<readonly RunscFailure[]> {
  return (await Promise.all(calls.map(failure))).map(({ reason }) => reason);
}

describeWithRunsc("the driver of runsc", (runsc) => {
  const driverOf = (root: string, timeoutMs = 10_000): Driver =>
    createRunsc({ path: runsc.path, root, timeoutMs });

  /** A sandbox that answers, and its driver. */
  async function start(
    options: { pod?: boolean } = {},
  ): Promise<{ running: RunningSandbox; driver: Driver }> {
    const running = startSandbox({ runsc, args: ["/bin/sleep", "60"], ...options });
    const driver = driverOf(running.root);
    const isUp = async (): Promise<boolean> =>
      (await driver.list()).some(({ id, status }) => id === running.containerId && status === "running");
    await expect.poll(isUp, { timeout: 10_000 }).toBe(true);
    return { running, driver };
  }

  test("knows the version, and what can be traced", async () => {
    const driver = driverOf("/nonexistent");
    expect(String((await driver.version()).release)).toMatch(runsc.release);
    const { points, sinks } = await driver.traceMetadata();
    expect(points.find(({ name }) => name === "syscall/openat/exit")?.optionalFields).toEqual(["fd_path"]);
    expect(sinks).toContain("remote");
    expect(await driver.list()).toEqual([]);
  });

  test("creates, lists, replaces and deletes a session of a sandbox that runs, and dumps its processes", async () => {
    const { server, endpoint, connected } = await serve();
    const { running, driver } = await start();
    const id = running.containerId;
    const session = sessionConfig({ endpoint });
    const [container] = await driver.list();
    expect(container).toMatchObject({
      id,
      sandboxId: id,
      status: "running",
      bundle: expect.stringContaining(id),
    });
    expect(container?.pid).toBeGreaterThan(1);

    expect(await driver.traceList(id)).toEqual([]);
    await driver.traceCreate(id, session);
    expect(await driver.traceList(id)).toEqual([
      { name: "Default", sinks: [{ name: "remote", dropped: 0 }] },
    ]);
    expect(parseProcfs(await driver.traceProcfs(id)).processes).toMatchObject([
      { pid: 1, exepath: "/usr/bin/sleep" },
    ]);

    expect(await failure(driver.traceCreate(id, session))).toEqual({
      reason: "session-exists",
      said: expect.stringContaining('"Default" already exists'),
    });
    await driver.traceCreate(id, session, { force: true });
    await running.runsc("exec", id, "/bin/true");
    for await (const message of flat(server.batches())) if ("sandbox" in message) break;
    await driver.traceDelete(id);
    expect(await driver.traceList(id)).toEqual([]);
    expect((await failure(driver.traceDelete(id))).reason).toBe("no-session");
    expect(connected.length).toBeGreaterThan(1);
  });

  test("tells why there is no session: no server, points that the release lacks", async () => {
    const { endpoint } = await serve();
    const { running, driver } = await start();
    const id = running.containerId;
    expect(await failure(driver.traceCreate(id, sessionConfig({ endpoint: nobody })))).toEqual({
      reason: "no-server",
      said: expect.stringContaining("no such file or directory"),
    });
    const points = [{ name: "sentry/mmap", context_fields: [] }] as const;
    const strict = sessionConfig({ endpoint, points, ignoreMissing: false });
    expect(await failure(driver.traceCreate(id, strict))).toEqual({
      reason: "failed",
      said: expect.stringContaining('"sentry/mmap" not found'),
    });
    await driver.traceCreate(id, sessionConfig({ endpoint, points }));
  });

  test("tells the containers of a pod from its sandbox", async () => {
    const { endpoint, connected } = await serve();
    const { running, driver } = await start({ pod: true });
    const id = running.containerId;
    const other = await running.join("/bin/sleep", "60");
    const containers = new Map((await driver.list()).map((each) => [each.id, each]));
    expect(containers.get(other)).toMatchObject({ sandboxId: id, pid: containers.get(id)?.pid });
    expect(new Set(await reasons(everyCall(driver, other, endpoint)))).toEqual(new Set(["sub-container"]));
    expect(connected).toEqual([]);
    await driver.traceCreate(id, sessionConfig({ endpoint }));
    expect(parseProcfs(await driver.traceProcfs(id)).processes).toHaveLength(2);
  });

  test("takes no other container for one that is not there", async () => {
    const { endpoint } = await serve();
    const { running, driver } = await start();
    const id = running.containerId;
    for (const none of ["none", "-x", "--force", id.slice(0, 12), "0".repeat(64)]) {
      expect(new Set(await reasons(everyCall(driver, none, endpoint)))).toEqual(new Set(["no-container"]));
    }
    for (const wrong of [`../state/${id}`, `${id.slice(0, 12)}*`, ""]) {
      await expect(driver.traceList(wrong)).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    }
    expect(await driver.traceList(id)).toEqual([]);
  });

  test("tells a sandbox that has ended", async () => {
    const { running, driver } = await start();
    const id = await running.detach("/bin/sleep", "60");
    expect(await driver.traceList(id)).toEqual([]);
    await running.runsc("kill", id, "KILL");
    const state = async (): Promise<unknown> => (await driver.list()).find((each) => each.id === id);
    await expect.poll(state, { timeout: 15_000 }).toMatchObject({ status: "stopped", pid: undefined });
    const { endpoint } = await serve();
    expect(new Set(await reasons(everyCall(driver, id, endpoint)))).toEqual(new Set(["not-running"]));
    await running.runsc("delete", id);
    expect(new Set(await reasons(everyCall(driver, id, endpoint)))).toEqual(new Set(["no-container"]));
  });

  test("does not wait for a sandbox that does not answer", async () => {
    const { endpoint } = await serve();
    const { running, driver } = await start();
    const [first] = await driver.list();
    const { pid = 0 } = first ?? {};
    const other = await running.detach("/bin/sleep", "60");
    process.kill(pid, "SIGSTOP");
    onTestFinished(() => {
      process.kill(pid, "SIGCONT");
    });
    const hurried = driverOf(running.root, 500);
    expect(new Set(await reasons(everyCall(hurried, running.containerId, endpoint)))).toEqual(
      new Set(["timed-out"]),
    );
    // No list, but what each is by itself.
    expect((await failure(hurried.list())).reason).toBe("timed-out");
    expect((await failure(hurried.state(running.containerId))).reason).toBe("timed-out");
    expect((await driver.ids()).toSorted()).toEqual([running.containerId, other].toSorted());
    expect(await driver.state(other)).toMatchObject({ id: other, sandboxId: other, status: "running" });
  });
});
