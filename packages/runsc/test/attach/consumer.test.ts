import { join } from "node:path";
import { pid } from "node:process";
import { connect, listen } from "@sentrytap/seqpacket";
import { describe, expect, it } from "vitest";
import { consumerIn, consumerOf } from "../../src/attach/consumer.ts";
import { thisMachine } from "../../src/attach/machine.ts";
import { testFolder } from "../fake-runsc.ts";

/** A table of the kernel's with these sockets: references, type, state, inode. */
function table(...sockets: readonly (readonly [number, string, string, number])[]): string {
  const lines = sockets.map(
    ([references, type, state, inode]) =>
      `00000000${"ab".repeat(4)}: ${references.toString(16).toUpperCase().padStart(8, "0")} 00000000 00000000 ${type} ${state} ${inode} /a path`,
  );
  return ["Num       RefCount Protocol Flags    Type St Inode Path", ...lines, ""].join("\n");
}

describe("the kernel's table of sockets", () => {
  const own = new Set(["7", "8"]);

  it.each<[string, ReturnType<typeof consumerIn>, string]>([
    ["an other end", "alive", table([3, "0005", "03", 7])],
    ["no other end", "gone", table([2, "0005", "03", 8])],
    ["one of two", "alive", table([2, "0005", "03", 7], [3, "0005", "03", 8])],
    ["one that is looked at just now", "alive", table([4, "0005", "03", 7])],
    ["streams only", "none", table([3, "0001", "03", 7])],
    ["one that listens", "none", table([2, "0005", "01", 7])],
    ["sockets of others only", "unknown", table([3, "0005", "03", 77], [2, "0005", "03", 9])],
    ["nothing", "unknown", ""],
    ["nonsense", "unknown", "7\n7 7 7 7 7 7 7\n: 00000003\n"],
  ])("shows %s", (_, expected, text) => {
    expect(consumerIn(text, own)).toBe(expected);
  });
});

describe("consumerOf", () => {
  it("tells whether the other end lives", async () => {
    const listener = listen({ path: join(testFolder(), "s.sock"), answer: Uint8Array.of(8, 1) });
    expect(await consumerOf(pid)).toBe("none");
    const connection = await connect(listener.path);
    await connection.handshake(Uint8Array.of(8, 1));
    expect(await consumerOf(pid)).toBe("alive");
    await listener.close({ discard: true });
    expect(await consumerOf(pid)).toBe("gone");
    await connection.close();
    expect(await consumerOf(pid)).toBe("none");
  });

  it("does not know it of a process that is not there", async () => {
    expect(await consumerOf(0x3fff_ffff)).toBe("unknown");
  });
});

describe("this machine", () => {
  it("knows processes and their parents", () => {
    expect(thisMachine.isRunning(pid)).toBe(true);
    expect(thisMachine.isRunning(0x3fff_ffff)).toBe(false);
    expect(thisMachine.parentOf(pid)).toBe(process.ppid);
    expect(thisMachine.parentOf(0x3fff_ffff)).toBeUndefined();
  });
});
