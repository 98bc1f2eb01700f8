import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithMachine, type Machine } from "../e2e/machine.ts";
import { type Block, blocksOf, Reader } from "./guide.ts";
import { daemonJson, differences, startGuideMachine } from "./guide-machine.ts";

describeWithMachine("docs/docker.md", (runsc) => {
  let machine: Machine;
  let reader: Reader;

  beforeAll(async () => {
    machine = await startGuideMachine(runsc);
    reader = new Reader(machine, differences);
  });
  afterAll(() => machine.close());

  const blocks = blocksOf("docs/docker.md");
  const last = blocks.findLastIndex(({ heading }) => heading === "Take it back");
  const follow = (block: Block): void =>
    test(`${block.heading}: line ${block.line}`, () => reader.follow(block));

  for (const block of blocks.slice(0, last + 1)) follow(block);

  test("leaves Docker as it was", async () => {
    expect(await machine.succeed("cat /etc/docker/daemon.json")).toBe(daemonJson);
    expect(await machine.succeed("ls /etc/docker")).toBe("daemon.json\nkey.json\n");
    expect(await machine.run("ls /etc/sentrytap")).toMatchObject({ exitCode: 2 });
  });

  test("goes on with an image in containerd", async () => {
    await machine.succeed("docker save ubuntu -o /var/saved.tar && ctr images import /var/saved.tar");
  });

  for (const block of blocks.slice(last + 1)) follow(block);

  test("has containerd take the runtime", async () => {
    const config = await machine.succeed("containerd config dump");
    expect(config).toContain('BinaryName = "/usr/local/sbin/runsc-watched"');
  });
});
