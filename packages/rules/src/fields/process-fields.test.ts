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

test("an orphan's parent is who adopted it, its ancestors are those who made it", () => {
  const shell = makeProcess({ pid: 1, name: "bash" });
  const made = makeProcess({ pid: 7, name: "nginx", parent: shell });
  const orphan = makeProcess({ pid: 8, parent: made, currentParent: shell });
  const event = makeOpen({ thread: makeThread(orphan) });
  const text = "%proc.pname %proc.pvpid %proc.aname[1] %proc.aname[2]";
  expect(mustLoad(ruleYaml("proc.aname = nginx", text)).evaluate(event)[0]?.output).toBe("bash 1 bash <NA>");
  const lost = makeOpen({ thread: makeThread({ ...orphan, currentParent: undefined }) });
  expect(mustLoad(ruleYaml("proc.pid = 8", text)).evaluate(lost)[0]?.output).toBe("nginx 7 nginx bash");
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
