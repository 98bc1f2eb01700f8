import { TraceError } from "@sentrytap/core";
import { describe, expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { makeEvent, makeOpen } from "../../test/tracked-event.ts";
import { createFieldRegistry } from "../fields/field-registry.ts";
import { formatExplanation } from "../output/format-explanation.ts";
import type { ExplainedCondition, Explanation } from "./explanation.ts";

const text = `
- list: secrets
  items: [/etc/shadow, /etc/sudoers]
- macro: opens
  condition: evt.type in (open, openat) and fd.num >= 0
${ruleYaml("opens and fd.name in (secrets) and not proc.name in (cat, sshd) and (user.uid = 0 or proc.pname exists)")}`;

function conditionOf(explanation: Explanation): ExplainedCondition {
  if (!explanation.judged) throw new Error("not judged");
  return explanation.condition;
}

describe("explain", () => {
  test("tells which parts held, with the values they saw", () => {
    const explanation = mustLoad(text).explain("r", makeOpen());
    expect(explanation.holds).toBe(false);
    expect(conditionOf(explanation)).toEqual({
      kind: "and",
      holds: false,
      operands: [
        {
          kind: "macro",
          name: "opens",
          holds: true,
          condition: {
            kind: "and",
            holds: true,
            operands: [
              {
                kind: "compare",
                holds: true,
                text: "evt.type in (open, openat)",
                field: "evt.type",
                operator: "in",
                actual: "openat",
                expected: ["open", "openat"],
              },
              {
                kind: "compare",
                holds: true,
                text: "fd.num >= 0",
                field: "fd.num",
                operator: ">=",
                actual: 3,
                expected: [0],
              },
            ],
          },
        },
        expect.objectContaining({ holds: true, actual: "/etc/shadow" }),
        { kind: "not", holds: false, operand: expect.objectContaining({ holds: true, actual: "cat" }) },
        {
          kind: "or",
          holds: true,
          operands: [
            expect.objectContaining({ holds: true, actual: 0 }),
            expect.objectContaining({ holds: false, operator: "exists", actual: undefined, expected: [] }),
          ],
        },
      ],
    });
  });

  test("as text for people", () => {
    expect(formatExplanation(mustLoad(text).explain("r", makeOpen()))).toBe(
      [
        "✗ all of",
        "  ✓ macro opens",
        "    ✓ all of",
        '      ✓ evt.type in (open, openat): it is "openat"',
        "      ✓ fd.num >= 0: it is 3",
        '  ✓ fd.name in (/etc/shadow, /etc/sudoers): it is "/etc/shadow"',
        "  ✗ not",
        '    ✓ proc.name in (cat, sshd): it is "cat"',
        "  ✓ one of",
        "    ✓ user.uid = 0: it is 0",
        "    ✗ proc.pname exists: it has no value",
      ].join("\n"),
    );
  });

  test("shows both sides where fields are compared, all of several values, and what functions make of them", () => {
    const rules = mustLoad(
      ruleYaml("proc.name = val(proc.exe) or proc.aname = x or basename(fd.name) = shadow"),
    );
    expect(formatExplanation(rules.explain("r", makeOpen())).split("\n").slice(1)).toEqual([
      '  ✓ proc.name = val(proc.exe): it is "cat", proc.exe is "cat"',
      expect.stringMatching(/✗ proc\.aname = x: it has/),
      '  ✓ basename(fd.name) = shadow: it is "shadow"',
    ]);
  });

  test("says why a field has no value where that is known", () => {
    const rules = mustLoad(ruleYaml("evt.cpu = 0"));
    expect(formatExplanation(rules.explain("r", makeOpen()))).toMatch(
      /evt\.cpu = 0: it has no value: No trace point tells/,
    );
  });

  test("of events of other types shows that the type is another", () => {
    const explanation = mustLoad(text).explain("r", makeEvent("close", { res: 0, fd: 3 }));
    expect(formatExplanation(explanation)).toMatch(/✗ evt\.type in \(open, openat\): it is "close"/);
  });

  test("of a call that has just begun says that it is not judged yet", () => {
    const explanation = mustLoad(text).explain("r", makeOpen({ direction: "enter" }));
    expect(explanation).toEqual({ judged: false, holds: false, reason: "enter" });
    expect(formatExplanation(explanation)).toMatch(/judged when they return/);
  });

  test("counts nothing, and changes nothing", () => {
    const rules = mustLoad(ruleYaml("evt.type=openat and evt.num = 1", "%evt.num"));
    expect(rules.explain("r", makeOpen()).holds).toBe(false); // the stream has not begun
    const event = makeOpen();
    expect(rules.evaluate(event)).toHaveLength(1);
    expect(rules.explain("r", event).holds).toBe(true);
    expect(rules.explain("r", event).holds).toBe(true);
    expect(rules.stats()).toMatchObject({ events: 1, alerts: 1 });
    expect(rules.evaluate(makeOpen())).toHaveLength(0);
  });

  test("explains rules that are off, and none that is not there", () => {
    const rules = mustLoad(`${ruleYaml("evt.type=openat")}  enabled: false\n`);
    expect(rules.explain("r", makeOpen()).holds).toBe(true);
    expect(() => rules.explain("R", makeOpen())).toThrow(TraceError);
    expect(() => rules.explain("no", makeOpen())).toThrow('there is no rule "no": name one');
  });

  test("what throws does not hold, and neither does the condition, as in evaluate", () => {
    const fields = createFieldRegistry();
    fields.register({
      name: "app.tag",
      type: "string",
      description: "d",
      read: () => ({}) as unknown as string,
    });
    const rules = mustLoad(ruleYaml("evt.type=openat and not app.tag = x"), { fields });
    expect(rules.evaluate(makeOpen())).toEqual([]);
    const explanation = rules.explain("r", makeOpen());
    expect(explanation.holds).toBe(false);
    expect(formatExplanation(explanation)).toMatch(/app\.tag = x: .* threw TypeError/);
  });

  test("is cut where macros make it too large, and still knows the rest", () => {
    const doubling = Array.from(
      { length: 60 },
      (_, i) => `- macro: m${i + 1}\n  condition: m${i} and m${i}\n`,
    );
    const rules = mustLoad(`- macro: m0\n  condition: proc.name=cat\n${doubling.join("")}${ruleYaml("m60")}`);
    const started = performance.now();
    const explanation = rules.explain("r", makeOpen());
    const lines = formatExplanation(explanation).split("\n");
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(explanation.holds).toBe(true);
    expect(lines.length).toBeLessThan(20_200);
    expect(lines.at(-1)).toMatch(/✓ \.\.\. \(the rest is left out\)/);
    expect(conditionOf(rules.explain("r", makeOpen(), { maxParts: 2 }))).toEqual({
      kind: "macro",
      name: "m60",
      holds: true,
      condition: { kind: "and", holds: true, operands: [{ kind: "cut", holds: true }] },
    });
  });

  test("long texts count as several parts, and a list too long is cut as one", () => {
    const long = `(${Array.from({ length: 5_000 }, (_, i) => `name${i}`).join(", ")})`;
    const rules = mustLoad(
      ruleYaml(Array.from({ length: 100 }, (_, i) => `fd.name in ${long} or proc.name=x${i}`).join(" or ")),
    );
    const condition = conditionOf(rules.explain("r", makeOpen(), { maxParts: 300 }));
    const operands = condition.kind === "or" ? condition.operands : [];
    expect(operands.length).toBeLessThan(20);
    expect(operands.at(-1)).toEqual({ kind: "cut", holds: false });
  });

  test("is safe for a terminal", () => {
    const open = makeOpen();
    const name = `/tmp/\u001b[31m\n\u202e\u009b${"x".repeat(500)}`;
    const event = { ...open, fd: open.fd && { ...open.fd, name } };
    const shown = formatExplanation(mustLoad(ruleYaml("fd.name = x")).explain("r", event));
    expect(shown).toMatch(/\\u001b\[31m\\n\\u202e\\u009bx+\.\.\.$/);
    expect(shown.length).toBeLessThan(300);
  });
});
