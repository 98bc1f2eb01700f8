import { TraceError } from "@sentrytap/core";
import { describe, expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { makeEvent, makeOpen } from "../../test/tracked-event.ts";
import { loadRules } from "../loading/load-rules.ts";
import type { RuleSet } from "./rule-set.ts";

const rule = (name: string, rest: string): string =>
  `- rule: ${name}\n  desc: d\n  condition: evt.type=openat\n  output: o\n${rest}`;
const text = [
  rule("Read secrets", "  priority: WARNING\n  tags: [filesystem]\n"),
  rule("Write below etc", "  priority: ERROR\n  tags: [filesystem, persistence]\n"),
  rule("Write below root", "  priority: NOTICE\n  tags: [filesystem]\n  enabled: false\n"),
  rule("Chatter", "  priority: DEBUG\n  tags: [noise]\n"),
].join("");

const enabled = (rules: RuleSet): readonly string[] =>
  rules.rules.filter(({ enabled }) => enabled).map(({ name }) => name);
const fired = (rules: RuleSet): readonly string[] =>
  rules.evaluate(makeOpen(), "all").map((alert) => alert.rule);

describe("select", () => {
  const rules = mustLoad(text);

  test("takes steps in order, whatever the files say", () => {
    const { rules: some, unmatched } = rules.select([
      { disable: { rule: "*" } },
      { enable: { rule: "Write*" } },
      { disable: { tag: "persistence" } },
    ]);
    expect(enabled(some)).toEqual(["Write below root"]);
    expect(fired(some)).toEqual(["Write below root"]);
    expect(unmatched).toEqual([]);
  });

  test("a step may name a rule and a tag: each is enough", () => {
    const { rules: some } = rules.select([{ disable: { rule: "Chatter", tag: "persistence" } }]);
    expect(enabled(some)).toEqual(["Read secrets"]);
  });

  test("leaves the rule set that it is asked of as it was", () => {
    const before = enabled(rules);
    rules.select([{ disable: { rule: "*" } }]);
    expect(enabled(rules)).toEqual(before);
  });

  test("says which steps named nothing, and what may have been meant", () => {
    const { unmatched } = rules.select([
      { disable: { rule: "Chater" } },
      { enable: { tag: "filesystm" } },
      { enable: { rule: "Nothing like it*" } },
      { enable: { rule: "" } },
    ]);
    expect(unmatched.map(({ message }) => message)).toEqual([
      'no rule has the name "Chater": did you mean "Chatter"?',
      'no rule has the tag "filesystm": did you mean "filesystem"?',
      'no rule has the name "Nothing like it*": write it as the rules files do, * stands for any text',
      "it names no rule, and no tag: name one",
    ]);
    expect(unmatched[0]?.step).toEqual({ disable: { rule: "Chater" } });
  });

  test("rules below the least priority cannot be turned on", () => {
    const { rules: grave, unmatched } = rules.select([{ enable: { rule: "Chatter" } }], {
      minPriority: "Warning",
    });
    expect(enabled(grave)).toEqual(["Read secrets", "Write below etc"]);
    expect(unmatched[0]?.message).toMatch(/none is as grave as Warning/);
    expect(enabled(grave.select([]).rules)).toEqual(enabled(grave));
    expect(enabled(grave.select([], { minPriority: "Debug" }).rules)).toEqual(enabled(rules));
  });

  test("what it needs follows what is enabled", () => {
    const both = mustLoad(`${ruleYaml("evt.type=close and proc.name=x")}${text}`);
    const { rules: one } = both.select([{ disable: { rule: "*" } }, { enable: { rule: "r" } }]);
    expect(one.eventTypes).toEqual({ only: new Set(["close"]) });
    expect([...one.fields].sort()).toEqual(["evt.type", "proc.name"]);
    expect([...one.stats().rules.keys()]).toEqual(["r"]);
  });

  test("sets of one origin judge in turn without mixing their results up", () => {
    const both = mustLoad(ruleYaml("evt.type=openat and proc.name=cat and evt.num=1"));
    const { rules: twin } = both.select([]);
    const other = makeOpen({ thread: undefined });
    expect(both.evaluate(makeOpen())).toHaveLength(1);
    expect(twin.evaluate(other)).toHaveLength(0);
    expect(both.evaluate(other)).toHaveLength(0);
    expect(both.select([]).rules.evaluate(makeOpen())).toHaveLength(1);
    expect(twin.evaluate(makeOpen())).toHaveLength(0); // its second event
    expect(twin.stats().events).toBe(2);
  });
});

describe("loadRules", () => {
  const load = (options: Parameters<typeof loadRules>[1]): ReturnType<typeof loadRules> =>
    loadRules([{ name: "r.yaml", text }], options);

  test("selects and limits", () => {
    const loaded = load({ select: [{ disable: { tag: "noise" } }, { disable: { tag: "x" } }] });
    if (!loaded.ok) throw new Error("does not load");
    expect(enabled(loaded.rules)).toEqual(["Read secrets", "Write below etc"]);
    expect(loaded.unmatched).toHaveLength(1);
    const grave = load({ minPriority: "Error" });
    expect(grave.ok && enabled(grave.rules)).toEqual(["Write below etc"]);
  });

  test("checks rules that are off, too", () => {
    const broken = ruleYaml("no.such.field = 1");
    const loaded = loadRules([{ name: "r.yaml", text: `${broken}  enabled: false\n` }], {
      minPriority: "Alert",
    });
    expect(loaded.ok).toBe(false);
  });

  test.each(["warning", "Grave"])(
    "%s is no least priority, though programs without types write it",
    (given) => {
      const minPriority = given as "Warning";
      const refusal = expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" });
      expect(() => load({ minPriority })).toThrow(refusal);
      expect(() => mustLoad(text).select([], { minPriority })).toThrow(
        `minPriority is "${given}": use one of`,
      );
    },
  );

  test("refuses to time one event in none", () => {
    expect(() => load({ measureTime: { every: 0 } })).toThrow(TraceError);
  });
});

describe("time", () => {
  test("is measured where that is asked for, of a sample", () => {
    const text = ruleYaml('evt.type=openat and fd.name regex ".*shadow"');
    expect(mustLoad(text).stats().rules.get("r")).not.toHaveProperty("time");
    const rules = mustLoad(text, { measureTime: { every: 10 } });
    for (let i = 0; i < 1_000; i++) rules.evaluate(makeOpen());
    for (let i = 0; i < 1_000; i++) rules.evaluate(makeEvent("close", { res: 0, fd: 3 }));
    const time = rules.stats().rules.get("r")?.time;
    expect(time?.samples).toBe(100);
    expect(time?.meanNs).toBeGreaterThan(0);
    expect(time?.maxNs).toBeGreaterThanOrEqual(time?.meanNs ?? 0);
    expect(time?.estimatedNs).toBeCloseTo((time?.meanNs ?? 0) * 1_000);
    expect(rules.stats()).toMatchObject({ events: 2_000, alerts: 1_000 });
    expect(rules.select([]).rules.stats().rules.get("r")?.time).toMatchObject({ samples: 0 });
  });
});
