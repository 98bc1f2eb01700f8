import { expect, test } from "vitest";
import { KeptBytes } from "./kept-bytes.ts";

test("copies lie apart, whatever their length and wherever they came from, and stay", () => {
  const kept = new KeptBytes();
  const source = new Uint8Array(9_000);
  const copies = Array.from({ length: 400 }, (_, i) => {
    const size = 4 + ((i * 37) % 509);
    const start = (i * 71) % (source.length - size);
    for (let at = 0; at < size; at++) source[start + at] = i + at;
    const at = kept.copy(source, start, start + size);
    return { bytes: kept.bytes, at, size, first: i };
  });
  source.fill(0xff);
  for (const { bytes, at, size, first } of copies) {
    expect([...bytes.subarray(at, at + size)]).toEqual(
      Array.from({ length: size }, (_, i) => (first + i) & 0xff),
    );
  }
  expect(new Set(copies.map(({ bytes }) => bytes)).size).toBeGreaterThan(10);
});
