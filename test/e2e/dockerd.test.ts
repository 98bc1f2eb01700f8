import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Dockerd, describeWithDocker, startDockerd } from "./dockerd.ts";

describeWithDocker("Docker", (runsc) => {
  let dockerd: Dockerd;

  beforeAll(async () => {
    dockerd = await startDockerd({ runsc });
  });
  afterAll(() => dockerd.close());

  test("runs containers of an imported image in gVisor", async () => {
    const id = await dockerd.importImage("here/tools:1", { changes: ["ENV COLOUR=green"] });
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    const command = ["sh", "-c", 'cat /proc/version; echo "$COLOUR"'];
    const said = await dockerd.docker("run", "--rm", "--runtime=runsc", "here/tools:1", ...command);
    expect(said).toMatch(/^Linux version 4\.4\.0.*\ngreen$/s);
  });

  test("keeps the state of its sandboxes where runscRoot says", async () => {
    const id = await dockerd.docker("run", "-d", "--runtime=runsc", "here/tools:1", "sleep", "60");
    expect(existsSync(dockerd.runscRoot)).toBe(true);
    const { stdout } = await dockerd.run("inspect", "-f", "{{.State.Running}}", id);
    expect(stdout.trim()).toBe("true");
  });

  test("takes what daemon.json says when it starts again", async () => {
    const config = JSON.parse(readFileSync(dockerd.configFile, "utf8")) as { runtimes: object };
    const again = { ...config, runtimes: { ...config.runtimes, other: { path: runsc.path } } };
    writeFileSync(dockerd.configFile, JSON.stringify(again));
    await dockerd.restart();
    expect(await dockerd.docker("info", "-f", "{{json .Runtimes}}")).toMatch(/"other"/);
  });

  test("tells what a command that fails said", async () => {
    await expect(dockerd.docker("inspect", "nobody")).rejects.toThrow(/nobody/);
  });

  test("leaves nothing behind", async () => {
    await dockerd.close();
    expect(existsSync(dockerd.folder)).toBe(false);
    expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toContain(dockerd.folder);
  });
});
