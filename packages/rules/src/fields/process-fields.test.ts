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

test("proc.nthreads counts threads, proc.nchilds those beside the main one", () => {
  const rules = mustLoad(ruleYaml("evt.num > 0", "%proc.nthreads %proc.nchilds"));
  const counted = (threadCount: number, hasMainThread: boolean): unknown => {
    const event = makeOpen({ thread: makeThread(makeProcess({ threadCount, hasMainThread })) });
    return rules.evaluate(event).map(({ output }) => output);
  };
  expect(counted(3, true)).toEqual(["3 2"]);
  expect(counted(2, false)).toEqual(["2 2"]);
  expect(counted(0, false)).toEqual(["0 0"]);
});
