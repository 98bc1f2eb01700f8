import { expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { makeDescriptor, makeEvent, makeOpen } from "../../test/tracked-event.ts";

const numbers = Array.from({ length: 200 }, (_, i) => i);

test.each([
  ["or", numbers.map((i) => `fd.num = ${i + 1000}`).join(" or ")],
  ["and", numbers.map((i) => `fd.num != ${i}`).join(" and ")],
])("many parts joined by %s, some of which ask for a type, mean what they say", (word, parts) => {
  const asks = word === "or" ? "(evt.type = openat and fd.num = 3)" : "(evt.type != openat or fd.num = 1003)";
  const rules = mustLoad(ruleYaml(`${parts} ${word} ${asks}`));
  const matches = (fdNumber: number, type: "openat" | "close"): boolean => {
    const own = { fdNumber, fd: makeDescriptor() };
    const event =
      type === "openat"
        ? makeOpen(own)
        : makeEvent("close", { res: 0, fd: fdNumber, flags: 0 } as never, own);
    return rules.evaluate(event).length > 0;
  };
  const openAt = [3, 4, 1003, 1999].map((fd) => matches(fd, "openat"));
  const close = [3, 4, 1003, 1999].map((fd) => matches(fd, "close"));
  expect(openAt).toEqual(word === "or" ? [true, false, true, false] : [false, false, true, false]);
  expect(close).toEqual(word === "or" ? [false, false, true, false] : [false, false, true, true]);
});

test("events are counted from 1 on", () => {
  const matches = (condition: string): readonly boolean[] => {
    const rules = mustLoad(ruleYaml(`evt.type = openat and ${condition}`));
    return [makeOpen(), makeOpen()].map((event) => rules.evaluate(event).length > 0);
  };
  expect(matches("evt.num = 0")).toEqual([false, false]);
  expect(matches("not evt.num = 0")).toEqual([true, true]);
  expect(matches("(evt.num = 0 or evt.num = 2)")).toEqual([false, true]);
  expect(matches("evt.num != 0")).toEqual([true, true]);
});
