import { describe, expect, it } from "vitest";
import { message } from "../../../events/test/message.ts";
import { attach, useWorld, world } from "./use-world.ts";
import { pass } from "./world.ts";

useWorld();

describe("a sandbox that is not connected", () => {
  it("is found by looking again, told and attached", async () => {
    const { log } = attach();
    await pass(0);
    world.add("a");
    await pass(4_900);
    expect(log).toEqual([]);
    await pass(200);
    expect(log).toEqual(["unseen a", "attached a", "seeded a 1"]);
  });

  it("is looked for as often as is asked, and when it is asked", async () => {
    const { attacher, log } = attach({ lookEveryMs: 60_000 });
    await pass(0);
    world.add("a");
    await pass(50_000);
    expect(log).toEqual([]);
    const looked = attacher.look();
    await pass(0);
    await looked;
    expect(log).toEqual(["unseen a", "attached a", "seeded a 1"]);
    await pass(200_000);
    expect(attacher.stats().looks).toBeGreaterThanOrEqual(5);
    expect(log).toHaveLength(3);
  });

  it("is one that has lost its connection, too", async () => {
    const box = world.add("a");
    world.start(box);
    const { log } = attach();
    await pass(0);
    box.session = undefined;
    world.disconnect(box);
    await pass(5_000);
    expect(log).toEqual(["unseen a", "attached a", "seeded a 1"]);
  });

  it("is a new one where its id was another's before", async () => {
    const box = world.add("a");
    const { log } = attach();
    await pass(0);
    world.end(box);
    world.add("a");
    await pass(5_000);
    expect(log).toEqual(["attached a", "seeded a 1", "unseen a", "attached a", "seeded a 1"]);
  });

  it("is not one that has just been started, whose connection the server has yet to read", async () => {
    const { log } = attach();
    await pass(0);
    world.reads = false;
    world.start(world.add("a"));
    await pass(5_500);
    expect(log).toEqual([]);
    world.readOn();
    await pass(60_000);
    expect(log).toEqual([]);
    expect(world.calls.filter((call) => call.startsWith("create"))).toEqual([]);
  });

  it("is not one that connects while a session is created for it", async () => {
    const box = world.add("a");
    box.failures.create = ["session-exists"];
    const { log } = attach();
    await pass(500);
    world.start(box);
    await pass(60_000);
    expect(log).toEqual([]);
  });
});

describe("a session that another program reads", () => {
  it("is left alone and told, again and again, and taken when it is free", async () => {
    const box = world.add("a", { session: "alive" });
    const { attacher, log } = attach();
    await pass(1_500);
    expect(log).toEqual(["failed a ERR_SESSION_IN_USE 2000"]);
    await pass(2_000);
    expect(log.at(-1)).toBe("failed a ERR_SESSION_IN_USE 4000");
    expect(world.calls.some((call) => call.startsWith("create"))).toBe(false);
    expect(attacher.stats().sandboxes).toMatchObject([{ state: "waiting", isOurs: false }]);
    box.session = "gone";
    await pass(4_000);
    expect(log.slice(-2)).toEqual(["attached a gone", "seeded a 1"]);
  });

  it("is taken over where that is asked for", async () => {
    world.add("a", { session: "alive" });
    const { log } = attach({ takeOver: true });
    await pass(0);
    expect(log).toEqual(["attached a alive", "seeded a 1"]);
  });

  it("may be none: a container can have a connection of its own", async () => {
    const box = world.add("a");
    const { log } = attach({
      machine: { consumerOf: async () => "alive", parentOf: () => undefined, isRunning: () => true },
    });
    await pass(0);
    expect(log).toEqual(["attached a", "seeded a 1"]);
    expect(box.session).toBe("alive");
  });

  it("replaces ours, and is not removed with ours", async () => {
    const box = world.add("a");
    const { attacher, log } = attach();
    await pass(0);
    world.disconnect(box);
    box.session = "alive";
    await attacher.detach();
    expect(log).toEqual(["attached a", "seeded a 1"]);
    expect(box.session).toBe("alive");
  });
});

describe("a session that somebody else creates for our socket", () => {
  it("is seeded, once its runsc has ended", async () => {
    const { log } = attach();
    await pass(0);
    const box = world.add("a");
    box.session = "alive";
    const connection = world.connect(box, ["runsc", "--root=/run/runsc", "trace", "create", "a"], 77);
    world.processes.add(77);
    await pass(100);
    expect(log).toEqual([]);
    world.processes.delete(77);
    await pass(20);
    expect(log).toEqual(["seeded a 1"]);
    expect(world.seeded).toMatchObject([{ sandbox: connection }]);
  });

  it("and that is gone before its sandbox is found is not taken for the one that comes after it", async () => {
    const { log } = attach();
    await pass(0);
    const box = world.add("a");
    box.session = "alive";
    world.connect(box, ["runsc", "--root=/run/runsc", "trace", "create", "a"]);
    world.disconnect(box);
    box.session = "gone";
    world.reads = false;
    await pass(1_000);
    expect(world.seeded).toEqual([]);
    world.readOn();
    await pass(0);
    expect(log).toEqual(["unseen a", "attached a gone", "seeded a 1"]);
    expect(world.seeded).toMatchObject([{ sandbox: box.connection }]);
  });

  it("is told of where its runsc does not end", async () => {
    const { log } = attach({ seedTimeoutMs: 300 });
    await pass(0);
    const box = world.add("a");
    box.session = "alive";
    world.processes.add(77);
    world.connect(box, ["runsc", "--root=/run/runsc", "trace", "create", "a"], 77);
    await pass(400);
    expect(log).toEqual(["failed a timed-out"]);
  });

  it("is not ours to remove", async () => {
    const { attacher, log } = attach();
    const box = world.add("a");
    box.session = "alive";
    world.connect(box, ["runsc", "trace", "create", "a"]);
    await pass(100);
    expect(log).toEqual(["seeded a 1"]);
    await attacher.detach();
    expect(box.session).toBe("alive");
  });

  it("of a root that is not known is read as it is", async () => {
    const { attacher, log } = attach();
    const box = world.add("a");
    const connection = world.connect(box, ["runsc", "--root=/elsewhere", "trace", "create", "a"]);
    world.boxes.length = 0;
    await pass(0);
    expect(attacher.ready(message("SYSCALL_CHDIR", {}, connection))).toBeUndefined();
    expect(log).toEqual([]);
  });
});
