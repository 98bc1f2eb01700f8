import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { detectInWorkers, podInitConfig, type WorkerAlert } from "sentrytap";
import { expect, test } from "vitest";
import { describeWithRunsc, sandbox } from "./runsc.ts";

describeWithRunsc("workers", (runsc) => {
  test("have live sandboxes between them, from their start to their end", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sentrytap-e2e-"));
    try {
      await using alerts = await detectInWorkers({ path: join(folder, "s.sock"), workers: 2 });
      const found: WorkerAlert[] = [];
      const gone: { readonly id: string; readonly dropped: number }[] = [];
      alerts.on("disconnect", ({ id, counters: { dropped } }) => gone.push({ id, dropped }));
      const reading = (async () => {
        for await (const alert of alerts) found.push(alert);
      })();
      const podInit = podInitConfig({ endpoint: alerts.path, retries: 1_000_000, ignoreSetupError: false });
      const script = "cat /etc/shadow > /dev/null; echo x > /root/.plan; exit 3";
      const results = await Promise.all(
        [1, 2, 3].map(() => sandbox({ runsc, args: ["/bin/busybox", "sh", "-c", script], podInit })),
      );
      await expect.poll(() => gone.length, { timeout: 10_000 }).toBe(3);
      await alerts.close();
      await reading;
      expect(gone.every(({ dropped }) => dropped === 0)).toBe(true);
      expect(gone.map(({ id }) => id).sort()).toEqual(results.map(({ containerId }) => containerId).sort());
      for (const { containerId, exitCode } of results) {
        expect(exitCode).toBe(3);
        const own = found.filter((alert) => alert.sandbox.id === containerId);
        expect(own.map(({ rule }) => rule)).toEqual([
          "Secret file read by a program that has no need to",
          "File below / or /root opened for writing",
        ]);
        expect(own[0]?.outputFields).toMatchObject({ "container.id": containerId.slice(0, 12) });
      }
      expect((await alerts.stats()).server).toMatchObject({ connected: 3, malformed: 0, dropped: 0 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
