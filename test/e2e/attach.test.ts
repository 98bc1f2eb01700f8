import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createSentryServer,
  createTracker,
  type Descriptor,
  events,
  flat,
  type Process,
  parseProcfs,
  pipe,
  podInitConfig,
  track,
} from "sentrytap";
import { expect, onTestFinished, test } from "vitest";
import { describeWithRunsc, startSandbox } from "./runsc.ts";

describeWithRunsc("a session attached to a sandbox that runs", (runsc) => {
  test("knows its processes from a dump of procfs, from the first event on", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sentrytap-e2e-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const endpoint = join(folder, "s.sock");
    await using server = await createSentryServer({ path: endpoint });
    const session = join(folder, "session.json");
    writeFileSync(
      session,
      JSON.stringify(podInitConfig({ endpoint, points: "all", ignoreSetupError: false })),
    );

    const script = "exec 5< /etc/hostname; while true; do cat /etc/hostname; sleep 0.1; done";
    const running = startSandbox({ runsc, args: ["/bin/bash", "-c", script] });
    const { containerId } = running;
    const opened = ["/bin/bash", "-c", "test -e /proc/1/fd/5"];
    await expect.poll(async () => (await running.runsc("exec", containerId, ...opened)).exitCode).toBe(0);

    const tracker = createTracker();
    let seeded = false;
    server.on("connect", (sandbox) => {
      void running.runsc("trace", "procfs", containerId).then(({ stdout }) => {
        tracker.seed(sandbox, parseProcfs(stdout));
        seeded = true;
      });
    });
    const created = running.runsc("trace", "create", "--config", session, containerId);
    let shell: Process | undefined;
    let descriptor: Descriptor | undefined;
    let cat: Process | undefined;
    for await (const { type, pid, thread } of flat(pipe(server.batches(), events(), track(tracker)))) {
      if (seeded && pid === 1 && shell === undefined) {
        shell = thread?.process;
        descriptor = shell?.descriptor(5);
      }
      if (thread?.process.exepath === "/usr/bin/cat" && shell !== undefined && cat === undefined) {
        cat = thread.process;
        await running.kill();
      }
      if (type === "sandbox_end") break;
    }
    expect((await created).exitCode).toBe(0);
    await running.ended;

    expect({ exepath: shell?.exepath, args: shell?.args, cwd: shell?.cwd }).toEqual({
      exepath: "/usr/bin/bash",
      args: ["-c", script],
      cwd: "/",
    });
    expect(descriptor).toMatchObject({ kind: "file", name: "/etc/hostname" });
    expect(cat?.parent).toMatchObject({ pid: 1, exepath: "/usr/bin/bash" });
    expect(cat?.containerId).toBe(containerId);
  });
});
