import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OldestKey } from "./oldest-key.ts";

describe("OldestKey", () => {
  it("gives the oldest, whatever comes and goes meanwhile", () => {
    const action = fc.record({
      kind: fc.constantFrom("set", "set", "delete", "take" as const),
      key: fc.nat(6),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
        const map = new Map<number, number>();
        const oldest = new OldestKey(map);
        for (const { kind, key } of actions) {
          if (kind === "set") map.set(key, key);
          else if (kind === "delete") {
            map.delete(key);
            oldest.deleted(key);
          } else {
            const [first] = map.keys();
            const taken = oldest.next();
            expect(taken).toBe(first);
            if (taken !== undefined) map.delete(taken);
          }
        }
      }),
    );
  });

  it("keeps nothing alive that the map does not", () => {
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    const heap = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const map = new Map<number, object>();
    const oldest = new OldestKey(map);
    const fill = (from: number, to: number): void => {
      for (let i = from; i < to; i++) map.set(i, { i });
    };
    fill(0, 100);
    map.delete(oldest.next() ?? -1);
    const before = heap();
    for (let i = 100; i < 500_000; i += 100) {
      fill(i, i + 100);
      for (let key = i - 100; key < i; key++) {
        map.delete(key);
        oldest.deleted(key);
      }
    }
    expect(map.size).toBe(100);
    expect((heap() - before) / 1e6).toBeLessThan(1);
  });

  it("takes as long for the last as for the first", { timeout: 20_000 }, () => {
    const map = new Map<number, number>();
    const oldest = new OldestKey(map);
    for (let i = 0; i < 65_536; i++) map.set(i, i);
    // A minute and more, were each looked for from the start.
    for (let i = 65_536; i < 2_000_000; i++) {
      map.set(i, i);
      map.delete(oldest.next() ?? -1);
    }
    expect(map.size).toBe(65_536);
  });
});
