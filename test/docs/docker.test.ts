import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithMachine, type Machine } from "../e2e/machine.ts";
import { blocksOf, checkout, Reader } from "./guide.ts";
import { daemonJson, differences, startGuideMachine } from "./guide-machine.ts";

describeWithMachine("docs/docker.md", (runsc) => {
  let machine: Machine;
  let reader: Reader;

  beforeAll(async () => {
    machine = await startGuideMachine(runsc);
    reader = new Reader(machine, differences);
  });
  afterAll(() => machine.close());

  for (const block of blocksOf("docs/docker.md")) {
    const file = block.language === "yaml" ? `${checkout}/my_rules.yaml` : undefined;
    test(`${block.heading}: line ${block.line}`, () => reader.follow(block, file));
  }

  test("leaves Docker as it was", async () => {
    expect(await machine.succeed("cat /etc/docker/daemon.json")).toBe(daemonJson);
    expect(await machine.succeed("ls /etc/docker")).toBe("daemon.json\nkey.json\n");
    expect(await machine.run("ls /etc/sentrytap")).toMatchObject({ exitCode: 2 });
  });
});
