import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Dockerd, describeWithDocker, startDockerd } from "./dockerd.ts";
import { rootfs } from "./rootfs.ts";
import { type Detecting, sentrytap, startDetect } from "./sentrytap.ts";

// The way of gVisor's and of Falco's guides: the runtime is registered with a session, a container does what one should not,
// and the alerts name it.
describeWithDocker("a watched runtime of Docker", (runsc) => {
  let dockerd: Dockerd;
  let detecting: Detecting | undefined;
  let before: string;
  let endpoint: string;

  beforeAll(async () => {
    dockerd = await startDockerd({ runsc });
    before = readFileSync(dockerd.configFile, "utf8");
    endpoint = join(dockerd.folder, "s.sock");
    const folder = join(dockerd.folder, "image");
    cpSync(rootfs(), folder, { recursive: true, verbatimSymlinks: true });
    writeFileSync(join(folder, "usr/bin/apt"), "#!/bin/sh\necho Reading package lists...\n", { mode: 0o755 });
    await dockerd.importImage("here/shop:1.2", { folder });
  });
  afterAll(async () => {
    await detecting?.stop("SIGKILL");
    await dockerd.close();
  });

  function install(...more: readonly string[]): ReturnType<typeof sentrytap> {
    const podInit = join(dockerd.folder, "sentrytap/pod-init.json");
    const where = ["--docker", "--config-file", dockerd.configFile, "--pod-init", podInit];
    return sentrytap("install", ...where, "--endpoint", endpoint, ...more);
  }

  test("is registered, with all that the runtime had", async () => {
    expect(await install()).toMatchObject({ exitCode: 0 });
    expect(readFileSync(dockerd.configFile, "utf8")).toBe(before);
    expect(await install("--apply")).toMatchObject({ exitCode: 0 });
    await dockerd.reload();
    const runtimes = JSON.parse(await dockerd.docker("info", "-f", "{{json .Runtimes}}")) as object;
    expect(runtimes).toMatchObject({
      runsc: {
        path: runsc.path,
        runtimeArgs: [
          "--network=none",
          "--ignore-cgroups",
          `--platform=${runsc.platform}`,
          `--pod-init-config=${join(dockerd.folder, "sentrytap/pod-init.json")}`,
        ],
      },
    });
  });

  test("raises the alerts of both guides, with the container's name and image", async () => {
    detecting = await startDetect(endpoint, "--containers", dockerd.socket, "-p", "container");
    const id = await dockerd.docker(
      "run",
      "-d",
      "--name=sad_wu",
      "--runtime=runsc",
      "here/shop:1.2",
      "sleep",
      "60",
    );
    const command = "touch /bin/foo; cat /etc/shadow >/dev/null; apt update";
    await dockerd.docker("exec", "sad_wu", "sh", "-c", command);
    for (const rule of [
      "File below a binary directory opened for writing",
      "Secret file read by a program that has no need to",
      "Package manager started",
    ]) {
      const alert = await detecting.alert((one) => one.rule === rule);
      expect(alert.output_fields).toMatchObject({
        "container.id": id.slice(0, 12),
        "container.name": "sad_wu",
        "container.image.repository": "here/shop",
        "container.image.tag": "1.2",
      });
    }
  });

  test("goes on after we were killed and started again", async () => {
    await detecting?.stop("SIGKILL");
    detecting = await startDetect(endpoint);
    const id = await dockerd.docker("run", "-d", "--runtime=runsc", "here/shop:1.2", "cat", "/etc/shadow");
    await detecting.alert((one) => one.output_fields["container.id"] === id.slice(0, 12));
  });

  test("is as it was after uninstall", async () => {
    const uninstall = ["uninstall", "--docker", "--config-file", dockerd.configFile, "--apply"];
    expect(await sentrytap(...uninstall)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(dockerd.configFile, "utf8")).toBe(before);
    await dockerd.reload();
    await detecting?.stop();
    await dockerd.docker("run", "--rm", "--runtime=runsc", "here/shop:1.2", "true");
  });
});
