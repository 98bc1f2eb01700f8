import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { decodeFrame } from "./decode.ts";
import { encodeFrame } from "./encode.ts";
import { OpenSchema } from "./gen/syscall_pb.ts";
import { messageToJson } from "./json.ts";
import { ownBytes } from "./own-bytes.ts";
import type { TracedSandbox } from "./sandbox.ts";
import { isMessage, SandboxEnd } from "./stream-item.ts";

const sandbox: TracedSandbox = { id: "one", arch: "x64" };
const payload = toBinary(OpenSchema, create(OpenSchema, { pathname: "/etc/passwd", fd: -100n }));

/** A frame in the middle of a batch, and the batch. */
function inBatch(frame: Uint8Array): { batch: Uint8Array<ArrayBuffer>; start: number; end: number } {
  const batch = new Uint8Array(1_000).fill(0xff);
  batch.set(frame, 100);
  return { batch, start: 100, end: 100 + frame.length };
}

describe("ownBytes", () => {
  it.each([
    ["known", encodeFrame(7, payload, { droppedCount: 3 })],
    ["unknown", encodeFrame(999, payload, { droppedCount: 3 })],
  ])("copies a message of a type that is %s", (_, frame) => {
    const { batch, start, end } = inBatch(frame);
    const item = decodeFrame(sandbox, batch, start, end);
    const copy = ownBytes(item);
    if (!isMessage(item) || !isMessage(copy)) throw new Error("malformed");
    const told = JSON.stringify(messageToJson(item));
    expect(copy).not.toBe(item);
    expect(copy.payload.buffer.byteLength).toBe(payload.length);
    batch.fill(0);
    expect(JSON.stringify(messageToJson(copy))).toBe(told);
    expect(copy).toMatchObject({ sandbox, droppedCount: 3, messageType: item.messageType });
  });

  it("copies a malformed frame", () => {
    const { batch, start, end } = inBatch(Uint8Array.of(1, 2, 3));
    const copy = ownBytes(decodeFrame(sandbox, batch, start, end));
    batch.fill(0);
    expect(copy).toMatchObject({ messageType: -1, frame: Uint8Array.of(1, 2, 3), sandbox });
  });

  it("leaves an end, which has none", () => {
    const end = new SandboxEnd(sandbox);
    expect(ownBytes(end)).toBe(end);
  });
});
