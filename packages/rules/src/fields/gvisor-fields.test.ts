import { expect, test } from "vitest";
import { mustLoad, problemsOf, ruleYaml } from "../../test/load.ts";
import { readField } from "../../test/reads.ts";
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

test("a value that a field of ours never has gets a warning", () => {
  const warnings = (condition: string): readonly string[] => problemsOf(ruleYaml(condition));
  expect(warnings("evt.type = gap and gap.kind = drops")[0]).toMatch(
    /warning .*gap\.kind is never "drops": did you mean "drop"\?/,
  );
  expect(warnings("evt.type = gap and gap.kind in (drop, lost)")[0]).toMatch(
    /gap\.kind is never "lost": it is one of drop, enter_without_exit, /,
  );
  expect(warnings("evt.type = gap and gap.kind in (drop, eviction)")).toEqual([]);
  expect(warnings("evt.type = gap and gap.kind startswith x")).toEqual([]);
  // Falco says nothing of its own.
  expect(warnings("evt.type = open and evt.io_dir = sideways")).toEqual([]);
});

test("what changed while the call went on is told", () => {
  const changed = makeOpen({ toctou: { argument: "name", onEnter: "/tmp/harmless" } });
  expect(readField("gvisor.toctou.argument", changed)).toBe("name");
  expect(readField("gvisor.toctou.on_enter", changed)).toBe("/tmp/harmless");
  expect(readField("gvisor.toctou.argument", makeOpen())).toBeNull();
});
