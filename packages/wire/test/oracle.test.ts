import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { corpus, fixtures, type Recording } from "./corpus.ts";
import { compare, knownTypes, schemaOf } from "./oracle.ts";
import { init, payload } from "./wire-arbitrary.ts";
import { bytesField, nestedGroups, sized, tag, varint, WireType } from "./wire-bytes.ts";

function check(type: number, bytes: Uint8Array): boolean {
  const { decodes, differences } = compare(type, bytes);
  expect(differences).toEqual([]);
  return decodes;
}

function typeOf(packet: Uint8Array): number {
  return (packet[2] ?? 0) | ((packet[3] ?? 0) << 8);
}

function checkRecordings(recordings: readonly Recording[]): number {
  let messages = 0;
  for (const recording of recordings) {
    for (const packet of recording.packets()) {
      const { decodes, differences } = compare(typeOf(packet), packet.subarray(8));
      if (!decodes || differences.length > 0) expect([recording.name, messages, differences]).toEqual([]);
      messages++;
    }
  }
  return messages;
}

describe("a view equals what fromBinary reads", () => {
  test("on every recorded message", () => {
    expect(checkRecordings(fixtures)).toBeGreaterThan(15_000);
  });

  const all = corpus();
  test.skipIf(all.length === 0)("on every message of the whole corpus", { timeout: 120_000 }, () => {
    expect(checkRecordings(all)).toBeGreaterThan(50_000);
  });

  test.each(knownTypes)("on what an encoder writes, type %i", (type) => {
    const schema = schemaOf(type);
    fc.assert(
      fc.property(init(schema), (fields) => {
        expect(check(type, toBinary(schema, create(schema, fields)))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test.each(knownTypes)("on what a hostile encoder writes, type %i", (type) => {
    let decoded = 0;
    fc.assert(
      fc.property(payload(schemaOf(type)), (bytes) => {
        if (check(type, bytes)) decoded++;
      }),
      { numRuns: 250 },
    );
    expect(decoded).toBeGreaterThan(20); // the arbitrary is not so hostile that nothing decodes
  });

  test("on recorded messages with bytes changed, cut out and put in", () => {
    const packets = fixtures.flatMap((recording) => recording.packets().filter((_, i) => i % 7 === 0));
    const change = fc.tuple(fc.constantFrom("set", "flip", "cut", "insert"), fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(
        fc.nat(packets.length - 1),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (at, changes) => {
          const packet = packets[at] ?? new Uint8Array(8);
          let bytes = [...packet.subarray(8)];
          for (const [what, where, byte] of changes) {
            const i = where % Math.max(1, Math.min(bytes.length, 400));
            if (what === "set") bytes[i] = byte;
            if (what === "flip") bytes[i] = (bytes[i] ?? 0) ^ (1 << (byte & 7));
            if (what === "cut") bytes = bytes.slice(0, i);
            if (what === "insert") bytes.splice(i, 0, byte);
          }
          check(typeOf(packet), Uint8Array.from(bytes));
        },
      ),
      { numRuns: 12_000 },
    );
  });

  test("on random bytes", () => {
    fc.assert(
      fc.property(fc.constantFrom(...knownTypes), fc.uint8Array({ maxLength: 60 }), (type, bytes) => {
        check(type, bytes);
      }),
      { numRuns: 6_000 },
    );
  });

  test("on a message cut at every byte", () => {
    for (const recording of fixtures.filter(
      ({ name }) => name === "special_fds.2024" || name === "exitcode.2022",
    )) {
      for (const packet of recording.packets().slice(0, 40)) {
        for (let end = 8; end <= packet.length; end++) check(typeOf(packet), packet.subarray(8, end));
      }
    }
  });
});

const contextData = 1;
const exec = 3;

describe("odd corners, of verdict and value alike", () => {
  const unknown = 1000;
  const time = (value: number, pad = 0): number[] => [...tag(1, WireType.varint), ...varint(value, pad)];
  const cases: Record<string, { bytes: number[]; decodes: boolean }> = {
    "an empty payload": { bytes: [], decodes: true },
    "an empty nested message": { bytes: bytesField(contextData, []), decodes: true },
    "one number twice": { bytes: bytesField(contextData, [...time(1), ...time(2)]), decodes: true },
    "one message twice": {
      bytes: [...bytesField(contextData, time(1)), ...bytesField(contextData, bytesField(8, [0x2f]))],
      decodes: true,
    },
    "one message twice, one of them broken": {
      bytes: [...bytesField(contextData, time(1)), ...bytesField(contextData, [0x08])],
      decodes: false,
    },
    "one message twice, of a message twice": {
      bytes: [
        ...bytesField(contextData, [...bytesField(7, [0x08, 1]), ...bytesField(7, [0x10, 2])]),
        ...bytesField(contextData, bytesField(7, [0x18, 3, 0x78, 4])),
      ],
      decodes: true,
    },
    "a nested length beyond its parent, within the packet": {
      bytes: [...tag(contextData, 2), ...sized([...tag(7, 2), ...sized([0x08, 1], 2)]), 0x10, 5],
      decodes: true,
    },
    "a nested length beyond the packet": { bytes: [...tag(contextData, 2), 4, 0x08, 1], decodes: false },
    "a length of 2^32 - 1": { bytes: [...tag(2, 2), ...varint(2 ** 32 - 1), 0x61], decodes: false },
    "a length of 2^32 + 1, which is 1": {
      bytes: [...tag(2, 2), ...varint(2n ** 32n + 1n), 0x61],
      decodes: true,
    },
    "a number of ten bytes": { bytes: bytesField(contextData, time(1, 9)), decodes: true },
    "a number of eleven bytes": { bytes: bytesField(contextData, time(1, 10)), decodes: false },
    "a tag of five bytes": { bytes: [...tag(2, 2, 4), ...sized([0x61])], decodes: true },
    "a tag of six bytes": { bytes: [...tag(2, 2, 5), ...sized([0x61])], decodes: false },
    "a tag beyond 32 bits": { bytes: [...tag(2 ** 29, 0), 1], decodes: false },
    "field number 0": { bytes: [...tag(0, 0), 1], decodes: false },
    "the greatest field number": { bytes: [...tag(2 ** 29 - 1, 0), 1], decodes: true },
    "wire type 6": { bytes: [...tag(2, 6), ...sized([0x61])], decodes: false },
    "wire type 7 of an unknown field": { bytes: tag(unknown, 7), decodes: false },
    "a known field with another's wire type": { bytes: [...tag(2, 0), ...sized([0x61])], decodes: true },
    "an end of a group that did not begin": { bytes: tag(unknown, 4), decodes: false },
    "a group": { bytes: nestedGroups(unknown, 1), decodes: true },
    "99 groups": { bytes: nestedGroups(unknown, 99), decodes: true },
    "100 groups": { bytes: nestedGroups(unknown, 100), decodes: false },
    "98 groups, one message deep": {
      bytes: bytesField(contextData, nestedGroups(unknown, 98)),
      decodes: true,
    },
    "99 groups, one message deep": {
      bytes: bytesField(contextData, nestedGroups(unknown, 99)),
      decodes: false,
    },
    "97 groups, two messages deep": {
      bytes: bytesField(contextData, bytesField(7, nestedGroups(unknown, 97))),
      decodes: true,
    },
    "98 groups, two messages deep": {
      bytes: bytesField(contextData, bytesField(7, nestedGroups(unknown, 98))),
      decodes: false,
    },
    "a group without an end": { bytes: tag(unknown, 3), decodes: false },
    "a group with another's end": { bytes: [...tag(unknown, 3), ...tag(unknown + 1, 4)], decodes: false },
    "an unknown number of any length": {
      bytes: [...tag(unknown, 0), ...varint(1, 60)],
      decodes: true,
    },
    "an unknown number without an end": { bytes: [...tag(unknown, 0), 0x80, 0x80], decodes: false },
    "text that is not UTF-8": { bytes: bytesField(2, [0x61, 0xe9]), decodes: false },
    "an encoded surrogate": { bytes: bytesField(2, [0xed, 0xa0, 0x80]), decodes: false },
    "an over-long slash": { bytes: bytesField(2, [0xc0, 0xaf]), decodes: false },
    "a byte order mark": { bytes: bytesField(2, [0xef, 0xbb, 0xbf, 0x61]), decodes: true },
    "long text with one late letter": {
      bytes: bytesField(2, [...new Array<number>(200).fill(0x61), 0xc3, 0xa9]),
      decodes: true,
    },
    "long text that breaks off": {
      bytes: bytesField(2, [...new Array<number>(200).fill(0x61), 0xc3]),
      decodes: false,
    },
    "bytes that are not UTF-8": { bytes: bytesField(8, [0xff, 0xfe]), decodes: true },
    "empty strings in a list": { bytes: [...bytesField(3, []), ...bytesField(3, [])], decodes: true },
    "a bool of 2^63": { bytes: [...tag(9, 0), ...varint(2n ** 63n)], decodes: true },
    "a 32-bit number with more bits": { bytes: [...tag(5, 0), ...varint(2n ** 40n + 7n)], decodes: true },
  };
  test.each(Object.entries(cases))("%s", (_, { bytes, decodes }) => {
    expect(check(exec, Uint8Array.from(bytes))).toBe(decodes);
  });
});
