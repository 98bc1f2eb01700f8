import { describe, expect, it } from "vitest";
import { message } from "../../../events/test/message.ts";
import { attach, useWorld, world } from "./use-world.ts";
import { pass } from "./world.ts";

useWorld();

describe("at the start", () => {
  it("gives every sandbox that runs a session, and seeds it", async () => {
    world.add("a", { processes: [1, 7] });
    world.add("b");
    const { attacher, log } = attach();
    await pass(0);
    expect(log.sort()).toEqual(["attached a", "attached b", "seeded a 2", "seeded b 1"]);
    expect(world.seeded.map(({ pids }) => pids)).toEqual([[1, 7], [1]]);
    expect(world.calls.filter((call) => call.startsWith("create"))).toEqual(["create a", "create b"]);
    expect(attacher.stats()).toMatchObject({
      sandboxes: [
        { root: "/run/runsc", id: "a", pid: 100, state: "connected", isOurs: true },
        { id: "b", state: "connected", isOurs: true },
      ],
      looks: 1,
      attached: 2,
      seeded: 2,
      unseen: 0,
      failed: 0,
      detached: 0,
    });
  });

  it("asks for the processes once the session is there, and not before", async () => {
    world.add("a");
    attach();
    await pass(0);
    expect(world.calls).toEqual(["list a", "ps a", "create a", "procfs a"]);
    await pass(100);
    expect(world.calls.slice(4)).toEqual(["ps a"]);
  });

  it("replaces a session that nobody reads, as after a crash of its own", async () => {
    world.add("a", { session: "gone" });
    const { log } = attach();
    await pass(0);
    expect(log).toEqual(["attached a gone", "seeded a 1"]);
    expect(world.calls).toContain("create a --force");
  });

  it("says so where it is not known whether somebody reads it", async () => {
    world.add("a", { session: "unknown" });
    const { log } = attach();
    await pass(0);
    expect(log[0]).toBe("attached a unknown");
  });

  it("leaves those alone that are connected, whenever that was", async () => {
    const early = world.add("a");
    world.start(early);
    const { log, attacher } = attach();
    const late = world.add("b");
    world.start(late);
    await pass(20_000);
    expect(log).toEqual([]);
    expect(world.calls).toEqual([]);
    expect(attacher.stats().sandboxes.map(({ state, isOurs }) => [state, isOurs])).toEqual([
      ["connected", false],
      ["connected", false],
    ]);
  });

  it("knows a sandbox of `runsc do` by its parent", async () => {
    const box = world.add("runsc-123456");
    world.parents.set(box.pid, 9);
    box.session = "alive";
    world.connect(box, ["runsc", "do", "sh", "-c", "runsc-123456"], 9);
    const { log } = attach();
    await pass(10_000);
    expect(log).toEqual([]);
  });

  it("does not ask for processes without a tracker, and holds nothing", async () => {
    const box = world.add("a");
    const { attacher, log } = attach({ tracker: undefined });
    await pass(0);
    expect(log).toEqual(["attached a"]);
    expect(world.calls).toEqual(["list a", "create a"]);
    expect(attacher.ready(message("SYSCALL_CHDIR", {}, box.connection))).toBeUndefined();
  });

  it("works on few at a time", async () => {
    let open = (): void => {};
    world.gate = new Promise((resolve) => {
      open = resolve;
    });
    for (let i = 0; i < 20; i++) world.add(`box${i}`);
    const { log } = attach();
    await pass(0);
    expect(world.calls).toHaveLength(4);
    open();
    await pass(0);
    expect(log.filter((line) => line.startsWith("seeded"))).toHaveLength(20);
  });
});

describe("detach", () => {
  it("removes the sessions that were created here, and no others", async () => {
    const ours = world.add("a");
    const other = world.add("b");
    world.start(other);
    const taken = world.add("c", { session: "gone" });
    const { attacher, log } = attach();
    await pass(0);
    await attacher.detach();
    await attacher.detach();
    expect(log.slice(4).sort()).toEqual(["detached a", "detached c"]);
    expect([ours.session, other.session, taken.session]).toEqual([undefined, "alive", undefined]);
    expect(attacher.stats()).toMatchObject({ detached: 2, sandboxes: [] });
    world.add("d");
    await attacher.look();
    await pass(60_000);
    expect(world.boxes.at(-1)?.session).toBeUndefined();
  });

  it("waits for a session that is being created, and removes it, too", async () => {
    let open = (): void => {};
    world.gate = new Promise((resolve) => {
      open = resolve;
    });
    const box = world.add("a");
    const { attacher, log } = attach();
    await pass(0);
    const detached = attacher.detach();
    await pass(0);
    open();
    await pass(0);
    await detached;
    expect(log).toEqual(["attached a", "seeded a 1", "detached a"]);
    expect(box.session).toBeUndefined();
  });

  it("begins nothing that a look finds which it interrupts", async () => {
    const box = world.add("a");
    const { attacher } = attach();
    await attacher.detach();
    expect(box.session).toBeUndefined();
    expect(world.calls).toEqual([]);
  });

  it("tells of sessions that cannot be removed, unless they are gone", async () => {
    const stuck = world.add("a");
    const replaced = world.add("b");
    const { attacher, log } = attach();
    await pass(0);
    stuck.failures.delete = ["timed-out"];
    replaced.session = undefined;
    await attacher.detach();
    expect(log.slice(4)).toEqual(["failed a timed-out"]);
  });

  it("comes with the end of its block", async () => {
    const box = world.add("a");
    {
      await using _attacher = attach().attacher;
      await pass(0);
      expect(box.session).toBe("alive");
    }
    expect(box.session).toBeUndefined();
  });

  it("hears of nobody any more", async () => {
    const { attacher } = attach();
    await attacher.detach();
    expect(world.server.listenerCount("connect")).toBe(0);
    expect(world.server.listenerCount("disconnect")).toBe(0);
  });
});
