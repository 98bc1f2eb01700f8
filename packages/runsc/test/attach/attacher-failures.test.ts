import { describe, expect, it } from "vitest";
import { message } from "../../../events/test/message.ts";
import { attach, useWorld, world } from "./use-world.ts";
import { failed, pass } from "./world.ts";

useWorld();

describe("a failure", () => {
  it("is told, and tried again after a time that grows", async () => {
    const box = world.add("a");
    box.failures.create = ["timed-out", "failed", "unexpected-output"];
    const { log } = attach();
    await pass(900);
    expect(log).toEqual(["failed a timed-out 1000"]);
    await pass(200);
    expect(log.at(-1)).toBe("failed a failed 2000");
    await pass(2_000);
    expect(log.at(-1)).toBe("failed a unexpected-output 4000");
    await pass(4_000);
    expect(log.slice(3)).toEqual(["attached a", "seeded a 1"]);
  });

  it("is tried again at least once a minute", async () => {
    const box = world.add("a");
    box.failures.create = Array.from({ length: 1_000 }, () => "failed");
    const { log } = attach();
    await pass(200_000);
    const { length } = log;
    await pass(600_000);
    expect(log.length - length).toBeGreaterThanOrEqual(9);
    expect(log.at(-1)).toBe("failed a failed 60000");
  });

  it("of one sandbox does not keep others from being attached", async () => {
    const box = world.add("a");
    box.failures.list = ["timed-out"];
    world.add("b");
    const { log } = attach();
    await pass(0);
    expect(log).toEqual(["failed a timed-out 1000", "attached b", "seeded b 1"]);
  });

  it("is none where the sandbox has ended meanwhile", async () => {
    for (const reason of ["no-container", "not-running"] as const) {
      const box = world.add("a");
      box.failures.create = [reason];
      const { attacher, log } = attach({
        machine: { consumerOf: async () => "none", parentOf: () => undefined, isRunning: () => false },
      });
      await pass(100);
      world.end(box);
      await pass(60_000);
      expect(log).toEqual([]);
      await attacher.detach();
    }
  });

  it("is one where a sandbox does not answer that lives, as one of another release", async () => {
    const box = world.add("a");
    box.failures.list = ["not-running"];
    const { log } = attach();
    await pass(0);
    expect(log).toEqual(["failed a not-running 1000"]);
  });

  it("is none where it is a further container of a pod, and it is not asked again", async () => {
    const box = world.add("a");
    box.failures.list = ["sub-container"];
    const { log } = attach();
    await pass(600_000);
    expect(log).toEqual([]);
    expect(world.calls).toEqual(["list a"]);
  });

  it("to list processes leaves the session as it is, and its messages go on", async () => {
    const box = world.add("a");
    box.failures.procfs = ["failed"];
    const { attacher, log } = attach();
    await pass(0);
    expect(log).toEqual(["attached a", "failed a failed"]);
    expect(attacher.ready(message("SYSCALL_CHDIR", {}, box.connection))).toBeUndefined();
    await pass(60_000);
    expect(log).toHaveLength(2);
    expect(attacher.stats().sandboxes).toMatchObject([{ state: "connected", isOurs: true }]);
  });

  it("to look is told once, and again after it went well; what was there is still there", async () => {
    const box = world.add("a");
    const { attacher, log } = attach();
    await pass(0);
    world.unreadable = [failed("no-permission")];
    await pass(12_000);
    expect(log.slice(2)).toEqual(["error runsc failed: no-permission"]);
    expect(attacher.stats().sandboxes).toHaveLength(1);
    world.unreadable = [];
    await pass(6_000);
    world.unreadable = [failed("no-permission")];
    await pass(6_000);
    expect(log.slice(2)).toEqual(["error runsc failed: no-permission", "error runsc failed: no-permission"]);
    await attacher.detach();
    expect(box.session).toBeUndefined();
  });

  it("to look, of whatever root, does not keep those that have ended", async () => {
    const box = world.add("a");
    const { attacher, log } = attach();
    await pass(0);
    world.unreadable = [failed("failed")];
    world.end(box);
    await pass(60_000);
    expect(attacher.stats().sandboxes).toEqual([]);
    expect(log.slice(2)).toEqual(["error runsc failed: failed"]);
    expect(world.calls.filter((call) => call.startsWith("list"))).toHaveLength(1);
  });

  it("of whoever listens is thrown, and harms nobody else", async () => {
    const thrown: unknown[] = [];
    const note = (error: unknown): void => void thrown.push(error);
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException").on("uncaughtException", note);
    world.add("a");
    const { attacher, log } = attach();
    attacher.on("attached", () => {
      throw new Error("of the listener");
    });
    await pass(0);
    process.off("uncaughtException", note);
    for (const each of others) process.on("uncaughtException", each);
    expect(thrown).toMatchObject([{ message: "of the listener" }]);
    expect(log).toEqual(["attached a", "seeded a 1"]);
  });
});
