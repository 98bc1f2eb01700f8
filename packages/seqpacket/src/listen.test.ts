import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TraceError } from "@sentrytap/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ListenOptions, listen } from "./index.ts";

let folder = "";
let made = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seqpacket-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function freshPath(): string {
  made += 1;
  return join(folder, `${made}.sock`);
}

/** What listening fails with. */
function failure(options: ListenOptions): TraceError {
  try {
    void listen(options).close();
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  }
  throw new Error("it listens");
}

describe("the path", () => {
  test("of 107 bytes is the longest", async () => {
    const longest = join(folder, "x".repeat(107 - folder.length - 1));
    await listen({ path: longest }).close();
    expect(statSync(longest).isSocket()).toBe(true);
    const error = failure({ path: `${longest}x` });
    expect(error.code).toBe("ERR_INVALID_ARGUMENT");
    expect(error.message).toContain("108 bytes");
  });

  test("is measured in bytes, not characters", () => {
    expect(failure({ path: `/tmp/${"ü".repeat(52)}` }).message).toContain("109 bytes");
  });

  test.each([
    ["", "empty"],
    ["\0abstract", "abstract"],
    ["/tmp/a\0b", "NUL"],
  ])("%j is refused: %s", (path, why) => {
    expect(failure({ path })).toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
      message: expect.stringContaining(why),
    });
  });

  test("in use is ERR_SOCKET_IN_USE, whether somebody listens or left the file behind", async () => {
    const path = freshPath();
    const listener = listen({ path });
    expect(failure({ path })).toMatchObject({
      code: "ERR_SOCKET_IN_USE",
      cause: { code: "EADDRINUSE", syscall: "bind" },
    });
    await listener.close();
    expect(failure({ path }).code).toBe("ERR_SOCKET_IN_USE");
  });

  test("taken by a file is in use too, and the file stays as it is", () => {
    const path = freshPath();
    writeFileSync(path, "mine");
    expect(failure({ path }).code).toBe("ERR_SOCKET_IN_USE");
    expect(statSync(path).size).toBe(4);
  });

  test("in a folder that does not exist is ERR_SOCKET with the system's error underneath", () => {
    const path = join(folder, "nowhere", "s.sock");
    expect(failure({ path })).toMatchObject({
      code: "ERR_SOCKET",
      message: expect.stringContaining(path),
      cause: { code: "ENOENT", errno: -2, syscall: "bind" },
    });
  });
});

describe("the mode of the socket's file", () => {
  test.each([0o000, 0o022, 0o077, 0o177, 0o777])("is exact under umask %i", async (umask) => {
    const before = process.umask(umask);
    try {
      for (const mode of [undefined, 0o600, 0o660, 0o777, 0o000]) {
        const path = freshPath();
        const listener = listen({ path, ...(mode === undefined ? {} : { mode }) });
        expect(statSync(path).mode & 0o7777).toBe(mode ?? 0o600);
        await listener.close();
      }
    } finally {
      process.umask(before);
    }
  });
});

describe("options", () => {
  test.each([
    { mode: 0o1000 },
    { mode: -1 },
    { backlog: 1.5 },
    { maxConnections: 0 },
    { maxPacketSize: 0 },
    { maxPacketSize: Number.NaN },
    { maxHandshakeSize: 0 },
    { slabCount: 0 },
    { slabSize: 1000 },
    { maxPacketSize: 2_000_000, slabSize: 1_999_999 },
    { gatherMs: -1 },
  ])("%j is out of range", (options) => {
    const error = failure({ path: freshPath(), ...options });
    expect(error.code).toBe("ERR_INVALID_ARGUMENT");
    expect(error.message).toContain(String(Object.values(options).at(-1)));
  });

  test("an empty answer is refused: it would not be told from no answer", () => {
    expect(failure({ path: freshPath(), answer: new Uint8Array() }).code).toBe("ERR_INVALID_ARGUMENT");
  });

  test("at their smallest work", async () => {
    const smallest = {
      maxConnections: 1,
      maxPacketSize: 1,
      maxHandshakeSize: 1,
      slabCount: 1,
      slabSize: 1,
      gatherMs: 0,
    };
    const listener = listen({ path: freshPath(), backlog: 0, ...smallest });
    await listener.close();
    expect(await listener.next()).toBeUndefined();
  });
});
