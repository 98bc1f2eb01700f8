import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Containerd, describeWithContainerd, startContainerd } from "./containerd.ts";

describeWithContainerd("containerd", (runsc) => {
  let containerd: Containerd;

  beforeAll(async () => {
    containerd = await startContainerd({ runsc });
  });
  afterAll(() => containerd.close());

  test("runs the containers of a pod in one gVisor sandbox", async () => {
    const pod = await containerd.runPod({ name: "web", uid: "u-1", namespace: "shop" });
    expect(pod.id).toMatch(/^[0-9a-f]{64}$/);
    const command = ["/bin/sleep", "60"];
    const one = await pod.run({ name: "one", command });
    const two = await pod.run({ name: "two", command });
    expect(two).not.toBe(one);
    for (const containerId of [one, two]) {
      const { stdout } = await containerd.cri.execSync({ containerId, cmd: ["/bin/cat", "/proc/version"] });
      expect(new TextDecoder().decode(stdout)).toMatch(/^Linux version 4\.4\.0/);
    }
    // The sandbox and both containers.
    const states = readdirSync(containerd.runscRoot).filter((name) => name.endsWith(".state"));
    expect(states).toHaveLength(3);
  });

  test("answers again after a restart, with its pods", async () => {
    await containerd.restart();
    expect((await containerd.cri.listPodSandbox({})).items).toHaveLength(1);
  });

  test("leaves nothing behind", async () => {
    await containerd.close();
    expect(existsSync(containerd.folder)).toBe(false);
    expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toContain(containerd.folder);
  });
});
