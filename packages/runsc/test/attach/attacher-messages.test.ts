import { describe, expect, it } from "vitest";
import { message } from "../../../events/test/message.ts";
import { attach, useWorld, world } from "./use-world.ts";
import { pass } from "./world.ts";

useWorld();

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
    // It does not detach with the test: a call of it never ends.
    const { attacher } = world.attach();
    world.gate = Promise.resolve();
    world.server.on("connect", () => {
      world.gate = new Promise(() => {});
    });
    await pass(0);
    const { connection } = box;
    world.end(box);
    expect(attacher.ready(message("SYSCALL_CHDIR", {}, connection))).toBeUndefined();
    world.gate = Promise.resolve();
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
