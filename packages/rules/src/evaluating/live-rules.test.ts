import { flat, pipe, stage, TraceError } from "@sentrytap/core";
import type { TrackedEvent } from "@sentrytap/state";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { makeOpen } from "../../test/tracked-event.ts";
import { createLiveRules } from "./live-rules.ts";
import { match } from "./match.ts";
import type { RuleSet } from "./rule-set.ts";

/** Matches every open, and says which set it is of, and what is counted along the stream. */
const marked = (mark: string, output = "%evt.num"): RuleSet =>
  mustLoad(ruleYaml("evt.type=openat", `${mark} ${output}`));

const named = (name: string): string => ruleYaml("evt.type=openat").replace("rule: r", `rule: ${name}`);

describe("rules that are replaced", () => {
  test("judge every event once, by the set in force, in order, whenever they are replaced", async () => {
    const sets = ["a", "b", "c"].map((mark) => marked(mark));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(9), { minLength: 1, maxLength: 6 }), { maxLength: 12 }),
        async (batches) => {
          const live = createLiveRules(sets[0] ?? marked("a"));
          let inForce = "a";
          const expected: string[] = [];
          const replace = (choice: number): void => {
            const next = sets[choice];
            if (next === undefined) return; // most events replace nothing
            live.replace(next);
            inForce = "abc".charAt(choice);
          };
          // Before a batch, as what listens for signals does; and in the midst of one, as a stage can.
          async function* source(): AsyncGenerator<readonly TrackedEvent[]> {
            for (const batch of batches) {
              replace(batch[0] ?? 9);
              yield batch.map((choice) => Object.assign(makeOpen(), { choice }));
            }
          }
          const replacing = stage("replace", (event: TrackedEvent) => {
            if ("choice" in event && typeof event.choice === "number") replace(event.choice);
            expected.push(`${inForce} ${expected.length + 1}`);
            return event;
          });
          const outputs: string[] = [];
          for await (const { output } of flat(pipe(source(), replacing, match(live)))) outputs.push(output);
          expect(outputs).toEqual(expected);
          expect(live.stats()).toMatchObject({ events: expected.length, alerts: expected.length });
        },
      ),
      { numRuns: 300 },
    );
  });

  test("go on with the times of the stream, also where only the new rules ask for them", () => {
    const live = createLiveRules(marked("a"));
    const at = (ns: bigint): TrackedEvent => makeOpen({ timeNs: ns });
    live.evaluate(at(1_000_000_000n));
    live.evaluate(at(3_000_000_000n));
    live.replace(marked("b", "%evt.num %evt.reltime.s %evt.deltatime.s"));
    expect(live.evaluate(at(7_000_000_000n))[0]?.output).toBe("b 3 6 4");
  });

  test("keep the counts of rules that stay, and the sum of all", () => {
    const live = createLiveRules(mustLoad(named("a") + named("b")));
    live.evaluate(makeOpen(), "all");
    live.replace(mustLoad(named("b") + named("c")));
    live.evaluate(makeOpen(), "all");
    const { events, alerts, rules } = live.stats();
    expect({ events, alerts }).toEqual({ events: 2, alerts: 4 });
    expect([...rules].map(([name, one]) => [name, one.alerts])).toEqual([
      ["b", 2],
      ["c", 1],
    ]);
  });

  test("leave the sets alone that they are made of", () => {
    const [first, second] = [marked("a"), marked("b")];
    const live = createLiveRules(first);
    live.evaluate(makeOpen());
    live.replace(second);
    live.evaluate(makeOpen());
    expect(first.stats()).toMatchObject({ events: 0, alerts: 0 });
    expect(second.evaluate(makeOpen())[0]?.output).toBe("b 1");
    expect(live.current).toBe(second);
    expect(live.rules).toBe(second.rules);
  });

  test("say of themselves what the rules in force say", () => {
    const live = createLiveRules(mustLoad(named("a")));
    live.replace(mustLoad(ruleYaml("evt.type=close and proc.name=x")));
    expect(live.eventTypes).toEqual({ only: new Set(["close"]) });
    expect(live.fields).toContain("proc.name");
    expect(live.select([{ disable: { rule: "*" } }]).rules.fields.size).toBe(0);
    expect(live.explain("r", makeOpen()).holds).toBe(false);
    expect(() => live.explain("a", makeOpen())).toThrow(TraceError);
  });

  test("take live rules as what they are now", () => {
    const other = createLiveRules(marked("b"));
    const live = createLiveRules(other);
    other.replace(marked("c"));
    expect(live.evaluate(makeOpen())[0]?.output).toBe("b 1");
    live.replace(other);
    expect(live.current).toBe(other.current);
    expect(live.evaluate(makeOpen())[0]?.output).toBe("c 2");
  });

  test("refuse rules that nobody has loaded", () => {
    const { rules, eventTypes, fields } = marked("a");
    const no = (): never => expect.unreachable();
    const imitation = { rules, eventTypes, fields, evaluate: no, select: no, explain: no, stats: no };
    expect(() => createLiveRules(imitation)).toThrow(/not made by loadRules/);
  });
});
