import { expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { makeDescriptor, makeOpen, makeProcess, makeThread } from "../../test/tracked-event.ts";

test("proc.fdopencount is the number of descriptors that are known to be open", () => {
  const open = new Map([3, 4].map((fd) => [fd, makeDescriptor()] as const));
  const event = makeOpen({ thread: makeThread(makeProcess({ descriptors: () => open })) });
  const rules = mustLoad(ruleYaml("proc.fdopencount >= 2", "%proc.fdopencount"));
  expect(rules.evaluate(event).map(({ output }) => output)).toEqual(["2"]);
  expect(rules.evaluate(makeOpen())).toEqual([]);
});
