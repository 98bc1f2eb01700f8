import { expect, test } from "vitest";
import { type PacketBatch, readPeer } from "./index.ts";
import { errnoName } from "./socket-error.ts";

function opened(cmdline: string): PacketBatch {
  const text = new TextEncoder().encode(cmdline);
  const bytes = new Uint8Array(8 + 12 + text.length);
  new Uint32Array(bytes.buffer, 8, 3).set([4711, 1000, 4_294_967_295]);
  bytes.set(text, 20);
  return { bytes, records: Uint32Array.of(3, 9, 0, 8, 1, 10, 8, 12 + text.length), count: 2 };
}

test.each<[string, string[]]>([
  ["runsc\0--root\0/run\0create\0id\0", ["runsc", "--root", "/run", "create", "id"]],
  ["", []],
  ["one\0", ["one"]],
  ["an\0\0empty\0\0", ["an", "", "empty", ""]],
  ["cut\0in the mid", ["cut", "in the mid"]],
])("readPeer of %j", (cmdline, expected) => {
  expect(readPeer(opened(cmdline), 1)).toEqual({
    pid: 4711,
    uid: 1000,
    gid: 4_294_967_295,
    cmdline: expected,
  });
});

test("errnoName names the errno of a closed record", () => {
  expect(errnoName(104)).toBe("ECONNRESET");
  expect(errnoName(99_999)).toMatch(/99999/);
});
