import fc from "fast-check";
import { expect, test } from "vitest";
import { ById } from "./by-id.ts";

const id = fc.oneof(fc.integer({ min: 0, max: 70 }), fc.integer({ min: -2, max: 2 ** 17 + 2 }), fc.integer());

test("is what a map would be, whatever the ids", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(id, fc.option(fc.nat(), { nil: undefined })), { maxLength: 200 }),
      (steps) => {
        const map = new Map<number, number>();
        const byId = new ById<number>();
        for (const [key, value] of steps) {
          if (value === undefined) {
            map.delete(key);
            byId.delete(key);
          } else {
            map.set(key, value);
            byId.set(key, value);
          }
          expect(byId.get(key)).toBe(map.get(key));
        }
        for (const [key] of steps) expect(byId.get(key)).toBe(map.get(key));
        expect([byId.size, [...byId.keys()], [...byId.values()]]).toEqual([
          map.size,
          [...map.keys()],
          [...map.values()],
        ]);
      },
    ),
  );
});
