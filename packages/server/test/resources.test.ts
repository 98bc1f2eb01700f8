import { execFile } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createSentryServer } from "@sentrytap/server";
import { expect, test } from "vitest";
import { connectPeer, point, range, socketPath, startSentry, until } from "./sentry.ts";

/** The threads that read sockets, and the descriptors that they use. */
function count(): { threads: number; descriptors: number } {
  const descriptors = readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return /^(socket|anon_inode):/.test(readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      return false; // the one that the directory was read with
    }
  });
  return { threads: readdirSync("/proc/self/task").length, descriptors: descriptors.length };
}

test("100 servers, closed in every way, leave no descriptor and no thread", async () => {
  const path = socketPath();
  const cycle = async (index: number) => {
    const controller = new AbortController();
    const server = await createSentryServer({ path, signal: controller.signal });
    const silent = await connectPeer(path);
    const sentry = await startSentry(path);
    await sentry.send(point(index));
    switch (index % 5) {
      case 0:
        for await (const _ of server) break;
        break;
      case 1:
        for await (const _ of server) await server.close();
        break;
      case 2:
        await server.batches()[Symbol.asyncIterator]().return?.();
        break;
      case 3:
        for await (const _ of server.packets()) controller.abort();
        break;
      default:
        await server.close();
    }
    await Promise.all([silent.close(), sentry.close()]);
  };
  for (const index of range(10)) await cycle(index); // what is made once, such as libuv's pool, is there now
  const before = count();
  for (const index of range(100)) await cycle(index);
  await until(() => {
    const after = count();
    return after.threads <= before.threads && after.descriptors <= before.descriptors;
  }, "descriptors and threads gone");
}, 60_000);

test("a server that lost a race for its path leaves nothing", async () => {
  const path = socketPath();
  const server = await createSentryServer({ path });
  const before = count();
  for (const _ of range(20)) await expect(createSentryServer({ path })).rejects.toThrow();
  await until(() => count().descriptors <= before.descriptors, "descriptors gone");
  await server.close();
});

const program = fileURLToPath(new URL("program.mjs", import.meta.url));

// Each is a whole program: it has to end by itself, with code 0.
for (const how of ["break", "close", "close-unread", "abandon", "abort", "throwing-listener"]) {
  test(`a program that ends by ${how} ends`, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, how, socketPath()], {
      timeout: 20_000,
    });
    expect(stdout).toBe("done\n");
  });
}
