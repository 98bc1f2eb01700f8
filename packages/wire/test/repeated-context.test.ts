import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ContextDataView, decodeFrame, encodeFrame } from "../src/index.ts";
import { compare, sandbox } from "./oracle.ts";
import { bytesField, nestedGroups, sized, tag, varint, WireType } from "./wire-bytes.ts";

const exec = 3;
const now = 1_790_000_000_123_456_789n;

function number(field: number, value: bigint | number, padding = 0): number[] {
  return [...tag(field, WireType.varint), ...varint(value, padding)];
}

function text(field: number, value: string): number[] {
  return bytesField(field, [...new TextEncoder().encode(value)]);
}

/** What a thread's messages repeat, in the order that gVisor encodes it. */
function rest(thread: number, program = "python3", credentials = [0x08, 0xe8, 0x07, 0x20, 5]): number[] {
  return [
    ...number(2, thread),
    ...number(3, now),
    ...number(4, thread),
    ...number(5, now),
    ...text(6, "4f".repeat(32)),
    ...bytesField(7, credentials),
    ...text(8, "/home/agent/work"),
    ...text(9, program),
  ];
}

function message(context: readonly number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...bytesField(1, [...context]), ...text(2, "/usr/bin/python3")]);
}

function check(payload: Uint8Array): boolean {
  const { decodes, differences } = compare(exec, payload);
  expect(differences).toEqual([]);
  return decodes;
}

function contextOf(bytes: Uint8Array<ArrayBuffer>, start = 0, end = bytes.length): ContextDataView {
  const decoded = decodeFrame(sandbox, bytes, start, end);
  if (decoded.messageType !== exec || decoded.contextData === undefined) throw new Error("no context");
  return decoded.contextData;
}

/** Decodes the same rest often enough that it is shared. */
function share(part: readonly number[]): void {
  for (let i = 0; i < 3; i++) contextOf(encodeFrame(exec, message([...number(1, now + BigInt(i)), ...part])));
}

describe("a context that repeats", () => {
  test("has its own time, and all else in common", () => {
    share(rest(7));
    const [a, b] = [1n, 2n].map((time) =>
      contextOf(encodeFrame(exec, message([...number(1, time), ...rest(7)]))),
    );
    expect([a?.timeNs, b?.timeNs]).toEqual([1n, 2n]);
    expect([a?.threadId, a?.processName, a?.cwd]).toEqual([7, "python3", "/home/agent/work"]);
    expect(a?.credentials).toBeDefined();
    expect(a?.credentials).toBe(b?.credentials);
    expect(a?.sharedId).toBeGreaterThan(0);
    expect(a?.sharedId).toBe(b?.sharedId);
    share(rest(8));
    expect(contextOf(encodeFrame(exec, message([...number(1, 3n), ...rest(8)]))).sharedId).not.toBe(
      a?.sharedId,
    );
  });

  test("has no number where it is not shared", () => {
    const unlike = [...rest(9), ...number(1, 1n)];
    share(unlike);
    expect(contextOf(encodeFrame(exec, message(unlike))).sharedId).toBe(0);
  });

  test("equals what fromBinary reads, whatever its time", () => {
    for (const time of [
      0n,
      1n,
      127n,
      2n ** 53n - 1n,
      2n ** 53n + 1n,
      now,
      2n ** 62n + 1n,
      2n ** 63n - 1n,
      -1n,
      -now,
    ]) {
      for (const padding of [0, 1, 5, 9, 12]) check(message([...number(1, time, padding), ...rest(8)]));
    }
  });

  test("does not answer for one that differs in any bit", () => {
    const whole = message([...number(1, now), ...rest(9)]);
    const verdicts = new Set<boolean>();
    for (let i = 0; i < whole.length; i++) {
      for (const bit of [0x01, 0x04, 0x20, 0x80]) {
        check(whole); // so that it is shared, or again, should the last have taken its place
        const changed = whole.slice();
        changed[i] = (changed[i] ?? 0) ^ bit;
        verdicts.add(check(changed));
      }
    }
    expect(verdicts).toEqual(new Set([true, false]));
  });

  test("does not answer for one that was cut or is longer", () => {
    const part = rest(10);
    for (let size = 0; size <= part.length; size++) {
      share(part);
      check(message([...number(1, now), ...part.slice(0, size)]));
      check(message([...number(1, now), ...part, ...part.slice(0, size)]));
    }
  });

  const time = number(1, now);
  const part = rest(11);
  const forms: Record<string, number[]> = {
    "without a time": part,
    "with the time at the end": [...part, ...time],
    "with the time twice, at the front": [...time, ...number(1, 5), ...part],
    "with the time at both ends": [...time, ...part, ...number(1, 5)],
    "with the time's tag in two bytes": [...tag(1, WireType.varint, 1), ...varint(now), ...part],
    "with a time of another wire type": [...tag(1, WireType.fixed64), ...varint(now), ...part],
    "with a time of eleven bytes": [...number(1, 1, 10), ...part],
    "with nothing but the time": time,
    "with unknown fields": [...time, ...number(900, 1), ...part, ...bytesField(901, [1, 2, 3])],
    "with unknown credentials": [...time, ...rest(11, "python3", [0x78, 1])],
    "with 98 groups": [...time, ...part, ...nestedGroups(900, 98)],
    "with 99 groups": [...time, ...part, ...nestedGroups(900, 99)],
    "with credentials twice": [...time, ...part, ...bytesField(7, [0x10, 2])],
    "with a name in another script": [...time, ...rest(11, "змейка")],
    "with a name that is not UTF-8": [...time, ...rest(11), ...bytesField(9, [0x61, 0xe9])],
    "too large to be kept": [...time, ...part, ...text(8, `/${"d".repeat(600)}`)],
  };
  test.each(Object.entries(forms))("is read as fromBinary does %s", (_, form) => {
    for (let i = 0; i < 3; i++) {
      share(part);
      check(message(form));
      check(message(form));
    }
  });

  test("is read as fromBinary does where its length is a lie, or it comes twice", () => {
    for (let error = -part.length - time.length; error <= 12; error++) {
      share(part);
      const context = [...tag(1, WireType.bytes), ...sized([...time, ...part], error)];
      check(Uint8Array.from([...context, ...text(2, "/bin/sh")]));
      check(Uint8Array.from([...context, ...bytesField(1, [...time, ...part])]));
    }
  });

  test("is itself among any others, more of them than are kept", () => {
    const frames = Array.from({ length: 6000 }, (_, thread) =>
      encodeFrame(exec, message([...number(1, thread), ...rest(thread, `p${thread % 7}`)])),
    );
    fc.assert(
      fc.property(fc.array(fc.nat(frames.length - 1), { minLength: 20, maxLength: 200 }), (order) => {
        for (const thread of order) {
          const context = contextOf(frames[thread] ?? new Uint8Array(0));
          expect([context.threadId, context.timeNsNumber, context.processName]).toEqual([
            thread,
            thread,
            `p${thread % 7}`,
          ]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("bytes that change after decoding", () => {
  test("change nothing of what later messages share", () => {
    const frame = encodeFrame(exec, message([...number(1, now), ...rest(12)]));
    const batch = new Uint8Array(frame.length * 4);
    for (let i = 0; i < 4; i++) batch.set(frame, i * frame.length);
    for (let i = 0; i < 4; i++) contextOf(batch, i * frame.length, (i + 1) * frame.length);
    batch.fill(0x58);
    const later = contextOf(frame);
    expect([later.threadId, later.cwd, later.processName, later.credentials?.realUid]).toEqual([
      12,
      "/home/agent/work",
      "python3",
      1000,
    ]);
    check(frame.slice(8));
  });

  test("are decoded anew where they lie in the same place", () => {
    const batch = encodeFrame(exec, message([...number(1, now), ...rest(13, "one-program")]));
    const other = encodeFrame(exec, message([...number(1, now), ...rest(14, "two-program")]));
    for (const [frame, thread] of [batch.slice(), other, batch.slice(), other].map(
      (f, i) => [f, 13 + (i % 2)] as const,
    )) {
      batch.set(frame);
      expect([contextOf(batch).threadId, contextOf(batch).processName]).toEqual([
        thread,
        thread === 13 ? "one-program" : "two-program",
      ]);
    }
  });
});

test("paths of every length and any last letter are read as fromBinary does, again and again", () => {
  for (let size = 0; size < 140; size++) {
    for (const last of ["a", "b", "é", "a"])
      check(Uint8Array.from(text(2, `${"/x".repeat(size).slice(0, size)}${last}`)));
  }
});

test("a path differs from one kept in any byte", () => {
  const path = "/usr/lib/python3/dist-packages/pip/_internal/index.py";
  for (let i = 0; i < path.length; i++) {
    check(Uint8Array.from(text(2, path)));
    check(Uint8Array.from(text(2, `${path.slice(0, i)}#${path.slice(i + 1)}`)));
  }
});
