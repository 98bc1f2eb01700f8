import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RepeatedBytes } from "./repeated-bytes.ts";

/** Those that numbers which are not equal to themselves, or to others of other bytes, are made of. */
const odd = fc.constantFrom(0, 0, 0, 1, 0x7f, 0x80, 0xf0, 0xf8, 0xff);
const runs = fc.uint8Array({ minLength: 0, maxLength: 40 });
const oddRuns = fc.array(odd, { minLength: 7, maxLength: 34 }).map((bytes) => Uint8Array.from(bytes));

describe("RepeatedBytes", () => {
  test("finds a run of text again, wherever it lies", () => {
    for (let size = 8; size <= 64; size++) {
      const text = Uint8Array.from({ length: size }, (_, i) => 0x61 + (i % 26));
      const known = new RepeatedBytes<string>(4, 64);
      known.keep(text, 0, size, "it");
      const elsewhere = new Uint8Array(size + 9);
      elsewhere.set(text, 5);
      expect(known.find(elsewhere, 5, 5 + size)).toBe("it");
      for (let at = 0; at < size; at++) {
        const other = text.slice();
        other[at] = 0x41;
        expect(known.find(other, 0, size)).toBeUndefined();
      }
    }
  });

  test("finds a value only under the bytes that it was made of", () => {
    // Two places, so that many runs have the same.
    const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
    fc.assert(
      fc.property(fc.oneof(runs, oddRuns), fc.oneof(runs, oddRuns), (kept, asked) => {
        const known = new RepeatedBytes<Uint8Array>(1, 32);
        known.keep(kept, 0, kept.length, kept);
        const found = known.find(asked, 0, asked.length);
        expect(found === undefined || same(found, asked)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  test("keeps nothing that holds zeros or tiny numbers, of which other bytes may be taken for the same", () => {
    const known = new RepeatedBytes<string>(1, 32);
    const zero = new Uint8Array(16);
    const negative = Uint8Array.from(zero, (_, i) => (i === 7 ? 0x80 : 0));
    const tiny = Uint8Array.from(zero, (_, i) => (i === 3 ? 1 : 0));
    for (const kept of [zero, negative, tiny]) {
      known.keep(kept, 0, 16, "it");
      for (const asked of [zero, negative, tiny]) expect(known.find(asked, 0, 16)).toBeUndefined();
    }
  });
});
