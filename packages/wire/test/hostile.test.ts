import { describe, expect, test } from "vitest";
import { decodeFrame, encodeFrame } from "../src/index.ts";
import { compare, sandbox } from "./oracle.ts";
import { bytesField, tag, varint, WireType } from "./wire-bytes.ts";

const exec = 3;
const kiB = 1024;

function repeated(part: readonly number[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.floor(size / part.length) * part.length);
  for (let at = 0; at < bytes.length; at += part.length) bytes.set(part, at);
  return bytes;
}

/** The least of three times, in milliseconds, that decoding a payload took. */
function time(payload: Uint8Array): number {
  const frame = encodeFrame(exec, payload);
  const runs = [0, 1, 2].map(() => {
    const begin = performance.now();
    decodeFrame(sandbox, frame);
    return performance.now() - begin;
  });
  return Math.min(...runs);
}

describe("a message of 1 MiB", () => {
  const context = bytesField(1, [0x08, 1]);
  const parts: Record<string, readonly number[]> = {
    "unknown fields of two bytes": [0x78, 0],
    "empty unknown fields": bytesField(900, []),
    "group after group": [...tag(900, WireType.startGroup), ...tag(900, WireType.endGroup)],
    "the starts of groups": tag(15, WireType.startGroup),
    "the ends of groups": tag(15, WireType.endGroup),
    "the same number over and over": [...tag(5, WireType.varint), 1],
    "the same message over and over": context,
    "empty strings": bytesField(3, []),
    "bytes of 0xff": [0xff],
    "bytes of 0x80": [0x80],
    "bytes of 0": [0],
    "messages in messages": [0xaa, 0x01, 0x7f, 0x0a, 0x7d, 0x3a, 0x7b],
  };
  test.each(Object.entries(parts))("made of %s decodes as the reference does, in linear time", (_, part) => {
    const whole = repeated(part, kiB * kiB);
    expect(compare(exec, whole).differences).toEqual([]);
    const quarter = time(repeated(part, 256 * kiB));
    expect(time(whole)).toBeLessThan(Math.max(quarter, 2) * 20);
  });

  test("that is one path", () => {
    expect(compare(exec, Uint8Array.from(bytesField(2, new Array<number>(kiB * kiB).fill(0x61))))).toEqual({
      decodes: true,
      differences: [],
    });
  });
});

test.each([2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 53, 2n ** 64n - 1n])(
  "a length of %s costs nothing",
  (length) => {
    for (const field of [1, 2, 3, 8, 12, 900]) {
      const bytes = Uint8Array.from([...tag(field, WireType.bytes), ...varint(length), 0x61]);
      expect(compare(exec, bytes).differences).toEqual([]);
    }
    const before = process.memoryUsage().arrayBuffers;
    const bytes = Uint8Array.from([...tag(2, WireType.bytes), ...varint(length), 0x61]);
    expect(decodeFrame(sandbox, encodeFrame(exec, bytes)).messageType).toBe(-1);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(kiB * kiB);
  },
);
