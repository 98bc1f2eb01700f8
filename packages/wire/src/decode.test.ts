import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeFrame, headerSize, type Message } from "./decode.ts";
import { encodeFrame } from "./encode.ts";
import { OpenSchema } from "./gen/syscall_pb.ts";
import type { MalformedFrame } from "./malformed-frame.ts";
import type { TracedSandbox } from "./sandbox.ts";

const sandbox: TracedSandbox = { id: "one", arch: "x64" };
const openType = 7;
const payload = toBinary(OpenSchema, create(OpenSchema, { pathname: "/etc/passwd", fd: -100n }));

/** A frame with a header of `size` bytes, the further ones filled with 0xff. */
function framed(size: number, type: number, body: Uint8Array, dropped = 0): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(Math.max(size, 8) + body.length).fill(0xff);
  const header = new DataView(frame.buffer);
  header.setUint16(0, size, true);
  header.setUint16(2, type, true);
  header.setUint32(4, dropped, true);
  frame.set(body, Math.max(size, 8));
  return frame;
}

function open(message: Message | MalformedFrame): string {
  if (message.messageType !== openType) throw new Error(`type ${message.messageType}`);
  return message.pathname;
}

describe("the header", () => {
  test.each([0, 1, 2, 3, 4, 5, 6, 7])("of a frame of %i bytes is malformed", (length) => {
    const frame = encodeFrame(openType, payload).subarray(0, length);
    const decoded = decodeFrame(sandbox, frame);
    expect(decoded).toMatchObject({ messageType: -1, sandbox, error: { code: "ERR_WIRE_MALFORMED" }, frame });
  });

  test.each([0, 1, 7])("that claims %i bytes is malformed", (size) => {
    expect(decodeFrame(sandbox, framed(size, openType, payload)).messageType).toBe(-1);
  });

  test.each([8, 9, 12, 16, 300, 65_535])("of %i bytes is stepped over", (size) => {
    expect(open(decodeFrame(sandbox, framed(size, openType, payload)))).toBe("/etc/passwd");
  });

  test("may reach to the end of the frame, not beyond", () => {
    const frame = encodeFrame(openType, payload);
    const header = new DataView(frame.buffer);
    header.setUint16(0, frame.length, true);
    expect(open(decodeFrame(sandbox, frame))).toBe("");
    header.setUint16(0, frame.length + 1, true);
    expect(decodeFrame(sandbox, frame).messageType).toBe(-1);
  });

  test("is judged by the frame's end, not by the end of the bytes around it", () => {
    const frame = framed(20, openType, payload);
    expect(decodeFrame(sandbox, frame, 0, 19).messageType).toBe(-1);
    expect(decodeFrame(sandbox, frame, 0, 20).messageType).toBe(openType);
  });

  test.each([0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1])("has the dropped count %i", (droppedCount) => {
    for (const type of [openType, 9999]) {
      expect(decodeFrame(sandbox, encodeFrame(type, payload, { droppedCount }))).toMatchObject({
        droppedCount,
      });
    }
  });
});

test("an empty payload is a message of nothing but defaults", () => {
  const message = decodeFrame(sandbox, encodeFrame(openType, new Uint8Array(0)));
  expect(message).toMatchObject({ messageType: openType, messageName: "MESSAGE_SYSCALL_OPEN", pathname: "" });
  if (message.messageType !== openType) throw new Error("no open");
  expect([message.fd, message.fdNumber, message.flags, message.contextData, message.exit]).toEqual([
    0n,
    0,
    0,
    undefined,
    undefined,
  ]);
});

test.each([0, 39, 40, 1000, 65_535])("a message of type %i keeps its bytes", (type) => {
  const message = decodeFrame(sandbox, encodeFrame(type, Uint8Array.of(1, 2, 0xff), { droppedCount: 5 }));
  expect(message).toMatchObject({
    messageType: 0,
    messageName: "MESSAGE_UNKNOWN",
    receivedType: type,
    droppedCount: 5,
    payload: Uint8Array.of(1, 2, 0xff),
  });
});

test("a malformed payload comes back whole, with its header", () => {
  const frame = encodeFrame(openType, Uint8Array.of(0x0a, 0x7f));
  const decoded = decodeFrame(sandbox, frame);
  expect(decoded).toMatchObject({ messageType: -1, sandbox, frame, error: { code: "ERR_WIRE_MALFORMED" } });
});

test("a view shows its payload and decodes to a protobuf message", () => {
  const message = decodeFrame(sandbox, encodeFrame(openType, payload));
  if (message.messageType !== openType) throw new Error("no open");
  expect(message.payload).toEqual(payload);
  expect(message.toMessage().pathname).toBe("/etc/passwd");
});

test("a message that comes in two parts is merged, and its payload says the same", () => {
  const twice = Uint8Array.of(0x0a, 2, 0x08, 7, 0x0a, 2, 0x10, 9);
  const message = decodeFrame(sandbox, encodeFrame(openType, twice, { droppedCount: 3 }));
  if (message.messageType !== openType) throw new Error("no open");
  expect([message.contextData?.timeNs, message.contextData?.threadId]).toEqual([7n, 9]);
  expect(message.droppedCount).toBe(3);
  expect(message.toMessage().contextData?.threadId).toBe(9);
});

test("any bytes at any place decode to something and nothing is thrown", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(10), fc.nat(10), (bytes, before, after) => {
      const end = Math.max(before, bytes.length - after);
      expect(decodeFrame(sandbox, new Uint8Array(bytes), before, end).sandbox).toBe(sandbox);
    }),
    { numRuns: 5_000 },
  );
});

test("the header is what encodeFrame writes", () => {
  const frame = encodeFrame(0x1234, Uint8Array.of(9), { droppedCount: 0xfedcba98 });
  expect([...frame]).toEqual([headerSize, 0, 0x34, 0x12, 0x98, 0xba, 0xdc, 0xfe, 9]);
});
