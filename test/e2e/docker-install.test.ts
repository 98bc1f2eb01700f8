import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Dockerd, describeWithDocker, startDockerd } from "./dockerd.ts";
import { rootfs } from "./rootfs.ts";
import { type Detecting, type PrintedAlert, sentrytap, startDetect } from "./sentrytap.ts";

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

  function detect(): Promise<Detecting> {
    const attach = ["--attach", "--root", dockerd.runscRoot, "--runsc", runsc.path, "--look-every", "0.5"];
    return startDetect(endpoint, ...attach, "--containers", dockerd.socket, "-p", "container");
  }

  /** Starts a container that does nothing; gives what alerts have to say of it. */
  async function startContainer(name: string): Promise<object> {
    const how = ["-d", `--name=${name}`, "--runtime=runsc"];
    const id = await dockerd.docker("run", ...how, "here/shop:1.2", "sleep", "60");
    return {
      "container.id": id.slice(0, 12),
      "container.name": name,
      "container.image.repository": "here/shop",
      "container.image.tag": "1.2",
    };
  }

  /** Has a container do what raises an alert until one comes that has these fields, and says which program it was. */
  async function expectWatched(name: string, fields: object): Promise<void> {
    const isOf = ({ output_fields }: PrintedAlert): boolean =>
      output_fields["container.name"] === name && output_fields["proc.cmdline"] === "cat /etc/shadow";
    for (const limit = Date.now() + 10_000; !detecting?.alerts.some(isOf); await sleep(200)) {
      if (Date.now() > limit) throw new Error(`${name} is not watched\n${detecting?.said()}`);
      await dockerd.docker("exec", name, "sh", "-c", "cat /etc/shadow; true");
    }
    expect(detecting.alerts.find(isOf)?.output_fields).toMatchObject(fields);
  }

  let early: object;
  let late: object;

  test("has containers start while nobody listens", async () => {
    early = await startContainer("early_bird");
  });

  test("raises the alerts of both guides, with the container's name and image", async () => {
    detecting = await detect();
    late = await startContainer("sad_wu");
    const command = "touch /bin/foo; cat /etc/shadow >/dev/null; apt update";
    await dockerd.docker("exec", "sad_wu", "sh", "-c", command);
    for (const rule of [
      "File below a binary directory opened for writing",
      "Secret file read by a program that has no need to",
      "Package manager started",
    ]) {
      const alert = await detecting.alert((one) => one.rule === rule);
      expect(alert.output_fields).toMatchObject(late);
    }
  });

  test("watches a container that ran before we started", () => expectWatched("early_bird", early));

  test("watches all of them again after we were killed and started again", async () => {
    await detecting?.stop("SIGKILL");
    detecting = await detect();
    await expectWatched("early_bird", early);
    await expectWatched("sad_wu", late);
    await expectWatched("newcomer", await startContainer("newcomer"));
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
