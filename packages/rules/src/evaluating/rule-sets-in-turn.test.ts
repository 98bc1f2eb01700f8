import type { TrackedEvent } from "@sentrytap/state";
import fc from "fast-check";
import { expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { makeDescriptor, makeEvent, makeOpen, makeProcess, makeThread } from "../../test/tracked-event.ts";
import type { RuleSet } from "./rule-set.ts";

const conditions = [
  "evt.type = openat and fd.name startswith /etc",
  "evt.type = openat and fd.name startswith /etc and proc.name = cat",
  "evt.type in (openat, close) and proc.name in (cat, sh) and not fd.name contains shadow",
  "proc.name = sh or fd.num > 3",
  "evt.num > 4 and (proc.name = cat or evt.type = close)",
];
const rule = (i: number): string => ruleYaml(conditions[i] ?? "").replace("rule: r", `rule: r${i}`);
const all = mustLoad(conditions.map((_, i) => rule(i)).join(""), { measureTime: { every: 1 } });

/** Every call makes another event, so that what is remembered of one would be wrong for the next. */
const event = fc
  .record({
    opens: fc.boolean(),
    name: fc.constantFrom("cat", "sh", "ls"),
    path: fc.constantFrom("/etc/shadow", "/etc/hosts", "/x"),
  })
  .map(({ opens, name, path }): TrackedEvent => {
    const own = { thread: makeThread(makeProcess({ name }), { name }), fd: makeDescriptor({ name: path }) };
    return opens ? makeOpen(own) : makeEvent("close", { res: 0, fd: 3 }, own);
  });

const choice = fc.uniqueArray(fc.nat(conditions.length - 1), { minLength: 1 });

const fired = (rules: RuleSet, one: TrackedEvent): readonly string[] =>
  rules.evaluate(one, "all").map((alert) => alert.rule);

test("rule sets of one origin say in turn what each would say alone", () => {
  fc.assert(
    fc.property(choice, choice, fc.array(fc.tuple(event, fc.boolean()), { maxLength: 12 }), (a, b, steps) => {
      const pair = [a, b].map((chosen) => {
        const enable = chosen.map((i) => ({ enable: { rule: `r${i}` } }));
        const alone = [...chosen].sort().map(rule).join("");
        return {
          derived: all.select([{ disable: { rule: "*" } }, ...enable]).rules,
          alone: mustLoad(alone),
        };
      });
      for (const [one, second] of steps) {
        const asked = pair[second ? 1 : 0];
        if (asked === undefined) throw new Error("there are two");
        // Explanations and measurements stand between, of rules that are off as well.
        const verdict = fired(asked.derived, one);
        const explained = asked.derived.explain("r0", one).holds;
        expect(verdict).toEqual(fired(asked.alone, one));
        if (asked.derived.stats().rules.has("r0")) expect(explained).toBe(verdict.includes("r0"));
        else expect(verdict).not.toContain("r0");
      }
      for (const { derived, alone } of pair) {
        const counted = (rules: RuleSet): unknown =>
          Array.from(rules.stats().rules, ([name, { matches, alerts }]) => [name, matches, alerts]);
        expect(counted(derived)).toEqual(counted(alone));
        expect(derived.stats().events).toBe(alone.stats().events);
      }
    }),
    { numRuns: 200 },
  );
});
