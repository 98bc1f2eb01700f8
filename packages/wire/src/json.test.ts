import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { decodedNames, packetsOf, readDecoded, readTraceBytes } from "../../../test/traces/index.ts";
import { corpus, decodedOf, type Recording } from "../test/corpus.ts";
import { bytesField, group, tag, varint, WireType } from "../test/wire-bytes.ts";
import { decodeFrame } from "./decode.ts";
import { encodeFrame } from "./encode.ts";
import { OpenSchema, ReadSchema } from "./gen/syscall_pb.ts";
import { type MessageJson, messageToJson } from "./json.ts";

const sandbox = { id: "one", arch: "x64" } as const;

function json(frame: Uint8Array<ArrayBuffer>): MessageJson {
  const message = decodeFrame(sandbox, frame);
  if (message.messageType === -1) throw message.error;
  return messageToJson(message);
}

type Decoded = ReturnType<typeof readDecoded>;

function compare(packets: readonly Uint8Array<ArrayBuffer>[], decoded: Decoded): void {
  expect(packets.length).toBe(decoded.length);
  packets.forEach((packet, i) => {
    const expected = decoded[i];
    const ours = json(packet);
    // Text first: it is far cheaper, and mostly the same.
    if (JSON.stringify(ours.message) !== JSON.stringify(expected?.msg))
      expect(ours.message).toEqual(expected?.msg);
    expect([ours.type, ours.name, ours.dropped]).toEqual([
      expected?.type,
      `MESSAGE_${expected?.name}`,
      expected?.dropped_count,
    ]);
  });
}

describe("JSON is what an independent decoder makes of", () => {
  test.each(decodedNames())("%s", (name) => {
    compare(packetsOf(readTraceBytes(name)), readDecoded(name));
  });

  const all = corpus();
  test.skipIf(all.length === 0)("the whole corpus", { timeout: 120_000 }, () => {
    const compared = all.filter((recording: Recording) => {
      const decoded = decodedOf(recording.name);
      if (decoded === undefined) return false;
      compare(recording.packets(), decoded);
      return true;
    });
    expect(compared.length).toBeGreaterThan(100);
  });
});

describe("JSON", () => {
  test("of a message of unknown type has the payload", () => {
    expect(json(encodeFrame(99, Uint8Array.of(1, 2, 3), { droppedCount: 7 }))).toEqual({
      type: 99,
      name: "MESSAGE_UNKNOWN",
      dropped: 7,
      payload: "AQID",
    });
  });

  test("keeps 64-bit numbers whole", () => {
    const read = create(ReadSchema, { count: 2n ** 64n - 1n, offset: -(2n ** 63n) });
    expect(json(encodeFrame(9, toBinary(ReadSchema, read))).message).toEqual({
      count: "18446744073709551615",
      offset: "-9223372036854775808",
    });
  });

  test("has the fields that are not known, in the message they are in", () => {
    const credentials = bytesField(7, [
      ...tag(1, WireType.varint),
      5,
      ...tag(60, WireType.fixed32),
      1,
      2,
      3,
      4,
    ]);
    const context = bytesField(1, [...tag(2, WireType.varint), 8, ...credentials, ...bytesField(70, [0x61])]);
    const frame = encodeFrame(
      9,
      Uint8Array.from([
        ...context,
        ...tag(80, WireType.varint),
        ...varint(300),
        ...group(81, [0x08, 1]),
        ...tag(82, WireType.fixed64),
        ...[1, 2, 3, 4, 5, 6, 7, 8],
      ]),
    );
    expect(json(frame).message).toEqual({
      context_data: {
        thread_id: 8,
        credentials: { real_uid: 5, $unknown: [{ no: 60, wireType: 5, data: "AQIDBA==" }] },
        $unknown: [{ no: 70, wireType: 2, data: "AWE=" }],
      },
      $unknown: [
        { no: 80, wireType: 0, data: "rAI=" },
        { no: 81, wireType: 3, data: expect.any(String) },
        { no: 82, wireType: 1, data: "AQIDBAUGBwg=" },
      ],
    });
  });
});

test("a message itself gives its part of it", () => {
  const packet = encodeFrame(7, toBinary(OpenSchema, create(OpenSchema, { fd: -100n, pathname: "/x" })));
  const message = decodeFrame({ id: "t", arch: "x64" }, packet);
  if (message.messageType !== 7) throw new Error("no open");
  expect(message.toJson()).toEqual({ fd: "-100", pathname: "/x" });
  expect(messageToJson(message).message).toEqual(message.toJson());
});
