import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { message } from "../../../events/test/message.ts";
import type { Attacher } from "../../src/attach/attacher.ts";
import { failed, pass, World } from "./world.ts";

let world: World;
let attachers: Attacher[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});

afterEach(async () => {
  const detached = Promise.all(attachers.map((each) => each.detach()));
  world.readOn();
  await pass(100_000);
  await detached;
  attachers = [];
  vi.useRealTimers();
});

function attach(...options: Parameters<World["attach"]>): ReturnType<World["attach"]> {
  const made = world.attach(...options);
  attachers.push(made.attacher);
  return made;
}

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

describe("messages", () => {
  it("wait from the connection on until the seed is in", async () => {
    let open = (): void => {};
    const box = world.add("a");
    const { attacher } = attach();
    world.server.on("connect", () => {
      world.gate = new Promise((resolve) => {
        open = resolve;
      });
    });
    await pass(0);
    const ready = attacher.ready(message("SYSCALL_CHDIR", {}, box.connection));
    expect(ready).toBeInstanceOf(Promise);
    expect(world.seeded).toEqual([]);
    let isReady = false;
    void ready?.then(() => {
      isReady = true;
    });
    open();
    await pass(0);
    expect(isReady).toBe(true);
    expect(world.seeded).toHaveLength(1);
    expect(attacher.ready(message("SYSCALL_CHDIR", {}, box.connection))).toBeUndefined();
  });

  it("wait no longer than is asked for; a seed that comes later still counts", async () => {
    let open = (): void => {};
    const box = world.add("a");
    const { attacher, log } = attach({ seedTimeoutMs: 300 });
    world.server.on("connect", () => {
      world.gate = new Promise((resolve) => {
        open = resolve;
      });
    });
    await pass(299);
    expect(attacher.ready(message("SYSCALL_CHDIR", {}, box.connection))).toBeDefined();
    await pass(2);
    expect(attacher.ready(message("SYSCALL_CHDIR", {}, box.connection))).toBeUndefined();
    open();
    await pass(0);
    expect(log).toEqual(["attached a", "seeded a 1"]);
  });

  it("wait no longer when the sandbox has gone", async () => {
    world.gate = new Promise(() => {});
    const box = world.add("a");
    const { attacher } = attach();
    world.gate = Promise.resolve();
    world.server.on("connect", () => {
      world.gate = new Promise(() => {});
    });
    await pass(0);
    const { connection } = box;
    world.end(box);
    expect(attacher.ready(message("SYSCALL_CHDIR", {}, connection))).toBeUndefined();
    world.gate = Promise.resolve();
    attachers = []; // a call of it never ends
  });

  it("of a sandbox that started with its session never wait", async () => {
    const { attacher } = attach();
    const box = world.add("a");
    world.start(box);
    await pass(0);
    expect(attacher.ready(message("SYSCALL_CHDIR", {}, box.connection))).toBeUndefined();
  });

  it("tell of births, which the seed then does not", async () => {
    const box = world.add("a", { processes: [1, 7, 8] });
    const { attacher } = attach();
    world.server.on("connect", () => {
      queueMicrotask(() => {
        const born = { createdThreadId: 7, createdThreadGroupId: 7 };
        attacher.ready(message("SENTRY_CLONE", { ...born, contextData: { threadId: 1 } }, box.connection));
      });
    });
    await pass(0);
    expect(world.seeded.map(({ pids }) => pids)).toEqual([[1, 8]]);
  });

  it("tell of who ended before the seed, which then has his lineage", async () => {
    const box = world.add("a", { listed: [1, 7, 8] });
    const { attacher } = attach();
    world.server.on("connect", () => {
      queueMicrotask(() => {
        const contextData = { threadId: 7, threadGroupId: 7 };
        attacher.ready(message("SYSCALL_CHDIR", { contextData }, box.connection));
      });
    });
    await pass(0);
    expect(world.seeded.map(({ pids }) => pids)).toEqual([[1, 7]]);
  });

  it("do not wait for those who were there before", async () => {
    world.add("a", { listed: [1, 7] });
    const { log } = attach();
    world.never.add("ps");
    await pass(0);
    expect(log).toEqual(["attached a", "seeded a 1"]);
  });

  it("do without those who were there before, where these cannot be listed", async () => {
    world.add("a", { failures: { ps: ["failed"] } });
    const { log } = attach();
    await pass(0);
    expect(log).toEqual(["attached a", "seeded a 1"]);
  });

  it("of one who has ended are not taken for those of another with his id", async () => {
    const first = world.add("a");
    world.reads = false;
    const { attacher, log } = attach();
    await pass(0);
    world.end(first);
    const second = world.add("a", { processes: [1, 2] });
    await pass(5_500);
    world.readOn();
    await pass(100);
    expect(world.seeded).toEqual([{ sandbox: second.connection, pids: [1, 2] }]);
    expect(log.slice(-1)).toEqual(["seeded a 2"]);
    expect(attacher.stats().sandboxes).toMatchObject([{ state: "connected", isOurs: true }]);
  });

  it("that are read late are seeded late", async () => {
    const box = world.add("a");
    world.reads = false;
    const { attacher, log } = attach({ seedTimeoutMs: 300 });
    await pass(400);
    world.readOn();
    await pass(100);
    expect(log).toEqual(["attached a", "failed a ERR_HANDSHAKE 1000", "seeded a 1"]);
    await attacher.detach();
    expect(box.session).toBeUndefined();
  });

  it("that nobody reads are told of", async () => {
    world.add("a");
    world.reads = false;
    const { log } = attach({ seedTimeoutMs: 300 });
    await pass(400);
    expect(log).toEqual(["attached a", "failed a ERR_HANDSHAKE 1000"]);
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
