import fc from "fast-check";
import { expect, it } from "vitest";
import { NumberIndex } from "./number-index.ts";

it("finds what a set of the same numbers has", () => {
  const number = fc.integer({ min: -3, max: 12 });
  const action = fc.record({ kind: fc.constantFrom("add", "add", "delete", "copy" as const), number });
  fc.assert(
    fc.property(fc.array(number), fc.array(action), number, number, (begin, actions, first, last) => {
      let index = new NumberIndex(new Set(begin));
      const plain = new Set(begin);
      for (const { kind, number: each } of actions) {
        if (kind === "copy") {
          const left = index;
          index = index.copy();
          left.add(each);
          left.delete(each + 1);
        } else {
          index[kind](each);
          plain[kind](each);
        }
      }
      const expected = [...plain].filter((each) => each >= first && each <= last).sort((a, b) => a - b);
      expect(index.range(first, last)).toEqual(expected);
    }),
  );
});
