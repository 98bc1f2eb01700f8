import { expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { makeEvent, makeOpen } from "../../test/tracked-event.ts";

test("gvisor.toctou is true of a call whose argument changed, and false of others", () => {
  const rules = mustLoad(ruleYaml("gvisor.toctou = true", "%fd.name %gvisor.toctou"));
  expect(rules.evaluate(makeOpen())).toEqual([]);
  const changed = makeOpen({ toctou: { argument: "name", onEnter: "/tmp/harmless" } });
  expect(rules.evaluate(changed).map(({ output }) => output)).toEqual(["/etc/shadow true"]);
  expect(mustLoad(ruleYaml("gvisor.toctou = false")).evaluate(makeOpen())).toHaveLength(1);
});

test("gap.kind says what is missing, and nothing of other events", () => {
  const rules = mustLoad(ruleYaml("evt.type = gap and gap.kind in (drop, name_change)", "%gap.kind"));
  const drop = makeEvent("gap", { kind: "drop", count: 3 });
  expect(rules.evaluate(drop).map(({ output }) => output)).toEqual(["drop"]);
  expect(rules.evaluate(makeEvent("gap", { kind: "thread_without_birth" }))).toEqual([]);
  expect(mustLoad(ruleYaml("gap.kind exists")).evaluate(makeOpen())).toEqual([]);
});
