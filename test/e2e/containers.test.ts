import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Alert,
  createContainers,
  createSentryServer,
  createSocketSource,
  detect,
  loadRuleFiles,
  podInitConfig,
  type SentryServer,
} from "sentrytap";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Containerd, describeWithContainerd, type Pod, startContainerd } from "./containerd.ts";
import { type Dockerd, describeWithDocker, startDockerd } from "./dockerd.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { rootfs } from "./rootfs.ts";

/** What alerts print of the container: each of these fields. */
const fields = [
  ...["name", "type", "image", "image.id", "image.repository", "image.tag", "image.digest", "privileged"],
  ...["mounts", "mount.dest[/etc]", "labels", "label[tier]", "ip", "host_network", "healthcheck", "start_ts"],
].map((name) => `container.${name}`);
const podFields = ["ns.name", "pod.name", "pod.uid", "pod.sandbox_id", "pod.label[app]", "pod.labels"].map(
  (name) => `k8s.${name}`,
);

const rules = `
- rule: Secret read
  desc: A secret file is read.
  condition: evt.type in (open, openat) and fd.name = /etc/shadow
  output: "%container.full_id ${[...fields, ...podFields].map((name) => `%${name}`).join(" ")}"
  priority: WARNING
- rule: Health check
  desc: What a health check does.
  condition: evt.type = execve and proc.is_container_healthcheck = true
  output: "%container.name %proc.exepath"
  priority: INFO
- rule: Program
  desc: What is no health check.
  condition: evt.type = execve and proc.is_container_healthcheck = false and container.name = checked
  output: "%container.name %proc.exepath"
  priority: DEBUG
- rule: Liveness probe
  desc: What a liveness probe reads.
  condition: evt.type in (open, openat) and fd.name = /etc/hostname and proc.is_container_liveness_probe = true
  output: "%container.full_id"
  priority: INFO
- rule: Library
  desc: A program looks for its libraries.
  condition: evt.type in (open, openat) and fd.name = /etc/ld.so.cache
  output: "%container.full_id ${[...fields, ...podFields].map((name) => `%${name}`).join(" ")}"
  priority: DEBUG
`;

/** A server, its session in a file, and all alerts of the sandboxes that connect. */
interface Watch {
  readonly podInit: string;
  readonly alerts: readonly Alert[];
  /** Looks for what is known of containers at the daemon's socket from now on. */
  ask(socket: string): Promise<void>;
  close(): Promise<void>;
}

async function startWatch(): Promise<Watch> {
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-e2e-"));
  const endpoint = join(folder, "s.sock");
  const podInit = join(folder, "pod-init.json");
  const rulesFile = join(folder, "rules.yaml");
  writeFileSync(podInit, JSON.stringify(podInitConfig({ endpoint, ignoreSetupError: false })));
  writeFileSync(rulesFile, rules);
  const server: SentryServer = await createSentryServer({ path: endpoint });
  const alerts: Alert[] = [];
  let ended: Promise<void> = Promise.resolve();
  return {
    podInit,
    alerts,
    ask: async (socket) => {
      const containers = createContainers({
        sources: [socket],
        waitMs: 5_000, // machines that run tests can be slow
        onTrouble: ({ error }) => {
          throw error;
        },
      });
      server.on("connect", containers.connected);
      const ruleSet = await loadRuleFiles([rulesFile], { containers: containers.lookup });
      ended = (async () => {
        for await (const alert of detect(server, { rules: ruleSet, waitFor: [containers.ready] }))
          alerts.push(alert);
        await containers.close();
      })();
    },
    close: async () => {
      await server.close();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the first alert of a rule says that tells of this container. */
async function told(watch: Watch, id: string, rule = "Secret read"): Promise<Record<string, unknown>> {
  const find = (): Alert | undefined =>
    watch.alerts.find((one) => one.rule === rule && one.outputFields["container.full_id"] === id);
  await expect.poll(find, { timeout: 10_000 }).toBeDefined();
  return { ...find()?.outputFields };
}

describeWithDocker("alerts of Docker's containers", (runsc) => {
  let watch: Watch;
  let registry: Registry;
  let dockerd: Dockerd;
  let imageId: string;

  /** Runs a container to its end, which removes it; gives its id. */
  const run = async (...args: readonly string[]): Promise<string> => {
    const cidfile = join(dockerd.folder, `cid-${Math.random()}`);
    const command = ["cat", "/etc/shadow"];
    await dockerd.docker("run", "--rm", "--runtime=runsc", "--cidfile", cidfile, ...args, ...command);
    return readFileSync(cidfile, "utf8");
  };

  beforeAll(async () => {
    watch = await startWatch();
    registry = await startRegistry({
      "shop/web:2.1": { folder: rootfs(), config: { Labels: { made: "here" } } },
    });
    dockerd = await startDockerd({ runsc, runtimeArgs: [`--pod-init-config=${watch.podInit}`] });
    await watch.ask(dockerd.socket);
    imageId = await dockerd.importImage("here/tools:1", {
      changes: ["LABEL tier=front", "ENV COLOUR=green"],
    });
  });
  afterAll(async () => {
    await dockerd?.close();
    await watch?.close();
    await registry?.close();
  });

  test("name it and its image, though it is gone a moment later", async () => {
    const id = await run("--name=web-1", "-v", "/etc:/host:ro", "here/tools:1");
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(await told(watch, id)).toMatchObject({
      "container.name": "web-1",
      "container.type": "docker",
      "container.image": "here/tools:1",
      "container.image.id": imageId.replace("sha256:", ""),
      "container.image.repository": "here/tools",
      "container.image.tag": "1",
      "container.image.digest": "",
      "container.privileged": false,
      "container.mounts": "/etc:/host:ro:false:rprivate",
      "container.mount.dest[/etc]": "/host",
      "container.labels": "tier:front",
      "container.label[tier]": "front",
      "container.ip": "",
      "container.host_network": false,
      "container.healthcheck": "NONE",
      "k8s.pod.name": null,
    });
  });

  test("tell when it started", async () => {
    const before = BigInt(Date.now()) * 1_000_000n;
    const { "container.start_ts": startedAt } = await told(watch, await run("here/tools:1"));
    expect(startedAt).toBeGreaterThan(before);
    expect(startedAt).toBeLessThan(BigInt(Date.now()) * 1_000_000n);
  });

  test("tell of a container that starts again what it is then", async () => {
    const args = ["-d", "--name=again", "--runtime=runsc", "here/tools:1"];
    const id = await dockerd.docker("run", ...args, "sh", "-c", "cat /etc/shadow; sleep 60; true");
    const { "container.start_ts": first } = await told(watch, id);
    await dockerd.docker("rename", "again", "once-more");
    await dockerd.docker("restart", "-t", "0", id);
    const later = (): Alert | undefined =>
      watch.alerts.findLast(({ outputFields: of }) => of["container.name"] === "once-more");
    await expect.poll(later, { timeout: 10_000 }).toBeDefined();
    expect(later()?.outputFields["container.start_ts"]).toBeGreaterThan(first as bigint); // a time: see the test above
    await dockerd.docker("rm", "-f", id);
  });

  describe("name the image", () => {
    test.each([
      ["by its id", (id: string) => id],
      ["by the beginning of its id", (id: string) => id.replace("sha256:", "").slice(0, 12)],
    ])("of one that was started %s", async (_, of) => {
      expect(await told(watch, await run(of(imageId)))).toMatchObject({
        "container.image": of(imageId),
        "container.image.repository": "here/tools",
        "container.image.tag": "1",
      });
    });

    test("of one that has none, by its id alone", async () => {
      const dangling = await dockerd.importImage("here/gone:1", { changes: ["LABEL dangling=yes"] });
      await dockerd.importImage("here/gone:1", { changes: ["LABEL dangling=no"] });
      expect(await told(watch, await run(dangling))).toMatchObject({
        "container.image.id": dangling.replace("sha256:", ""),
        "container.image.repository": "",
        "container.image.tag": "",
        "container.label[tier]": null,
        "container.labels": "dangling:yes",
      });
    });

    test("with the registry's digest, by tag and by digest", async () => {
      const name = `${registry.address}/shop/web`;
      const digest = registry.digestOf("shop/web:2.1");
      await dockerd.docker("pull", "-q", `${name}:2.1`);
      const image = {
        "container.image.repository": name,
        "container.image.tag": "2.1",
        "container.image.digest": digest,
        "container.labels": "made:here",
      };
      expect(await told(watch, await run(`${name}:2.1`))).toMatchObject(image);
      expect(await told(watch, await run(`${name}@${digest}`))).toMatchObject({
        ...image,
        "container.image": `${name}@${digest}`,
      });
      // Another name of the same image is the one that was given.
      await dockerd.docker("tag", `${name}:2.1`, "mine:7");
      expect(await told(watch, await run("mine:7"))).toMatchObject({
        "container.image": "mine:7",
        "container.image.repository": "mine",
        "container.image.tag": "7",
        "container.image.digest": digest,
      });
    });
  });

  test("tell a health check from what else runs in it", async () => {
    const check = ["--health-cmd=cat /etc/hostname", "--health-interval=1s"];
    const args = ["-d", "--name=checked", "--runtime=runsc", ...check, "here/tools:1"];
    await dockerd.docker("run", ...args, "sh", "-c", "cat /etc/hostname; sleep 60; true");
    const programs = (rule: string): readonly string[] =>
      watch.alerts
        .filter((alert) => alert.rule === rule)
        .map(({ outputFields: of }) => `${of["proc.exepath"]}`);
    await expect.poll(() => programs("Health check"), { timeout: 15_000 }).toContain("/usr/bin/cat");
    expect(programs("Program")).toEqual(expect.arrayContaining(["/usr/bin/cat", "/usr/bin/sleep"]));
    expect(programs("Health check")).not.toContain("/usr/bin/sleep");
    await dockerd.docker("rm", "-f", "checked");
  });

  test("go on while the daemon is away, and name containers again when it is back", async () => {
    await dockerd.restart();
    expect(await told(watch, await run("--name=after", "here/tools:1"))).toMatchObject({
      "container.name": "after",
    });
  });
});

describeWithContainerd("alerts of pods", (runsc) => {
  let watch: Watch;
  let containerd: Containerd;
  let pod: Pod;

  beforeAll(async () => {
    watch = await startWatch();
    containerd = await startContainerd({ runsc, runtimeArgs: [`--pod-init-config=${watch.podInit}`] });
    await watch.ask(containerd.socket);
    pod = await containerd.runPod({
      name: "web-7d9",
      namespace: "shop",
      uid: "u-1",
      labels: { app: "web", tier: "front" },
    });
  });
  afterAll(async () => {
    await containerd?.close();
    await watch?.close();
  });

  const command = ["/bin/sh", "-c", "cat /etc/shadow > /dev/null; exec sleep 60"];

  test("name the container, its image and its pod", async () => {
    const mount = { hostPath: "/etc", containerPath: "/host" };
    const id = await pod.run({ name: "srv", command, mount, labels: { tier: "back" }, env: { A: "b" } });
    const repository = containerd.image.replace(/:1$/, "");
    expect(await told(watch, id)).toMatchObject({
      "container.name": "srv",
      "container.type": "containerd",
      "container.image": containerd.image,
      "container.image.id": expect.stringMatching(/^[0-9a-f]{64}$/),
      "container.image.repository": repository,
      "container.image.tag": "1",
      "container.image.digest": containerd.imageDigest,
      "container.privileged": false,
      "container.mounts": "/etc:/host::false:private",
      "container.label[tier]": "back",
      "container.host_network": true,
      "k8s.ns.name": "shop",
      "k8s.pod.name": "web-7d9",
      "k8s.pod.uid": "u-1",
      "k8s.pod.sandbox_id": pod.id.slice(0, 12),
      "k8s.pod.label[app]": "web",
      "k8s.pod.labels": "app:web, tier:front",
    });
  });

  test("tell when the container started", async () => {
    const before = BigInt(Date.now()) * 1_000_000n;
    const { "container.start_ts": startedAt } = await told(watch, await pod.run({ name: "timed", command }));
    expect(startedAt).toBeGreaterThan(before);
  });

  test("name a container that was asked for by its image's id", async () => {
    const { "container.image.id": imageId } = await told(watch, await pod.run({ name: "one", command }));
    const id = await pod.run({ name: "two", command, image: `sha256:${imageId}` });
    expect(await told(watch, id)).toMatchObject({
      "container.name": "two",
      "container.image.id": imageId,
      "container.image.repository": containerd.image.replace(/:1$/, ""),
      "container.image.digest": containerd.imageDigest,
    });
  });

  test("would name what is privileged", async () => {
    const own = await containerd.runPod({ name: "mighty", namespace: "shop", uid: "u-2", privileged: true });
    // The gVisor of 2022 does not start one: it does not know all capabilities.
    const id = await own.create({ name: "root", command, privileged: true });
    const source = createSocketSource(containerd.socket);
    const pod = { name: "mighty", sandboxId: own.id };
    expect(await source.find(id, AbortSignal.timeout(10_000))).toMatchObject({ privileged: true, pod });
  });

  test("tell a liveness probe from what else runs", async () => {
    const cmd = ["/bin/sh", "-c", "cat /etc/hostname"];
    const probe = { exec: { command: cmd } };
    const described = { spec: { containers: [{ name: "probed", livenessProbe: probe }] } };
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(described) };
    const own = await containerd.runPod({ name: "alive", namespace: "shop", uid: "u-3", annotations });
    const run = ["/bin/sh", "-c", "cat /etc/hostname; sleep 60; true"];
    const containerId = await own.run({ name: "probed", command: run });
    await containerd.cri.execSync({ containerId, cmd });
    await containerd.cri.execSync({ containerId, cmd: ["/bin/sh", "-c", "cat /etc/shadow /etc/hostname"] });
    await told(watch, containerId);
    const hosts = watch.alerts.filter(({ rule }) => rule === "Liveness probe");
    expect(hosts.map(({ outputFields: of }) => of["container.full_id"])).toEqual([containerId]);
  });

  test("tell of what runs in the pod's own sandbox whose it is, from its start on", async () => {
    expect(await told(watch, pod.id, "Library")).toMatchObject({
      "container.name": "web-7d9",
      "container.type": "containerd",
      "container.image": null,
      "k8s.ns.name": "shop",
      "k8s.pod.name": "web-7d9",
      "k8s.pod.sandbox_id": pod.id.slice(0, 12),
      "k8s.pod.label[app]": "web",
    });
  });
});
