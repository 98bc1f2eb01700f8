import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithMachine, type Machine } from "../e2e/machine.ts";
import { blocksOf, Reader } from "./guide.ts";
import { differences, startGuideMachine } from "./guide-machine.ts";

describeWithMachine("docs/systemd.md", (runsc) => {
  let machine: Machine;
  let reader: Reader;

  beforeAll(async () => {
    machine = await startGuideMachine(runsc);
    reader = new Reader(machine, differences);
  });
  afterAll(() => machine.close());

  for (const block of blocksOf("docs/systemd.md")) {
    test(`${block.heading}: line ${block.line}`, () => reader.follow(block));
  }

  test("leaves nothing but what is the reader's", async () => {
    const units = await machine.succeed("find /etc/systemd/system -name 'sentrytap*'");
    expect(units).toBe("/etc/systemd/system/sentrytap.service.d\n");
    expect((await machine.run("systemctl is-active sentrytap")).stdout).toBe("inactive\n");
  });
});
