import { flat, pipe } from "@sentrytap/core";
import type { TrackedEvent } from "@sentrytap/state";
import { describe, expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../../test/load.ts";
import { makeRawCall } from "../../test/raw-call.ts";
import { makeEvent, makeOpen } from "../../test/tracked-event.ts";
import { includesType } from "../event-types.ts";
import { createFieldRegistry } from "../fields/field-registry.ts";
import { match } from "./match.ts";

const rule = (name: string, condition: string): string =>
  ruleYaml(condition).replace("rule: r", `rule: ${name}`);
const three = [
  rule("a", "evt.type=close"),
  rule("b", "evt.type=openat"),
  rule("c", "fd.name=/etc/shadow"),
].join("");

describe("evaluate", () => {
  test("gives the first rule that matches, or all, in order", () => {
    const rules = mustLoad(three);
    expect(rules.evaluate(makeOpen()).map((alert) => alert.rule)).toEqual(["b"]);
    expect(rules.evaluate(makeOpen(), "all").map((alert) => alert.rule)).toEqual(["b", "c"]);
  });

  test("judges calls when they return", () => {
    expect(mustLoad(three).evaluate(makeOpen({ direction: "enter" }))).toEqual([]);
  });

  test("judges every event anew", () => {
    const rules = mustLoad(rule("a", "evt.type=openat and proc.name=cat and not fd.name=/x"));
    expect(rules.evaluate(makeOpen())).toHaveLength(1);
    expect(rules.evaluate(makeOpen({ thread: undefined }))).toHaveLength(0);
    expect(rules.evaluate(makeOpen())).toHaveLength(1);
  });

  test("does not ask rules that are not enabled", () => {
    const rules = mustLoad(`${three}\n- rule: b\n  enabled: false\n  override: {enabled: replace}\n`);
    expect(rules.evaluate(makeOpen()).map((alert) => alert.rule)).toEqual(["c"]);
    expect(rules.rules).toHaveLength(3);
  });

  test("counts events and alerts, rule by rule", () => {
    const rules = mustLoad(three);
    rules.evaluate(makeOpen(), "all");
    rules.evaluate(makeEvent("close", { res: 0, fd: 3 }), "all");
    rules.evaluate(makeOpen(), "first");
    expect(rules.stats()).toEqual({
      events: 3,
      alerts: 4,
      failures: 0,
      rules: new Map([
        ["a", { matches: 1, alerts: 1, failures: 0 }],
        ["b", { matches: 2, alerts: 2, failures: 0 }],
        ["c", { matches: 2, alerts: 1, failures: 0 }],
      ]),
    });
  });

  test("evt.type of a call that came raw is the call's name", () => {
    const rules = mustLoad(rule("a", "evt.type=clone3 and evt.rawres=0"));
    expect(rules.evaluate(makeRawCall(435))).toHaveLength(1);
    expect(rules.evaluate(makeRawCall(332))).toHaveLength(0);
  });

  test("reads what equal conditions of several rules ask for once", () => {
    let reads = 0;
    const fields = createFieldRegistry();
    fields.register({
      name: "app.tenant",
      type: "string",
      description: "d",
      read: () => {
        reads++;
        return "t";
      },
    });
    const text = ["a", "b", "c"].map((name) => rule(name, "evt.type=openat and app.tenant = t")).join("");
    expect(mustLoad(text, { fields }).evaluate(makeOpen(), "all")).toHaveLength(3);
    expect(reads).toBe(1);
  });
});

test("a rule set knows the event types and fields it needs", () => {
  const rules = mustLoad(
    rule("a", "evt.type in (open, openat) and proc.aname[2]=x") + rule("b", "evt.type=connect"),
  );
  expect(rules.eventTypes).toEqual({ only: new Set(["open", "openat", "connect"]) });
  expect(includesType(rules.eventTypes, "read")).toBe(false);
  expect([...rules.fields].sort()).toEqual(["evt.type", "proc.aname[2]"]);
});

test("match is a stage of a pipeline", async () => {
  async function* source(): AsyncGenerator<readonly TrackedEvent[]> {
    yield [makeOpen(), makeEvent("close", { res: 0, fd: 3 })];
    yield [makeOpen()];
  }
  const found: string[] = [];
  for await (const alert of flat(pipe(source(), match(mustLoad(three), { matching: "all" }))))
    found.push(alert.rule);
  expect(found).toEqual(["b", "c", "a", "b", "c"]);
});

describe("where something throws", () => {
  const fields = (): ReturnType<typeof createFieldRegistry> => {
    const registry = createFieldRegistry();
    registry.register({
      name: "app.tags",
      type: "string",
      description: "d",
      // What a field must not give, and a program without types may.
      read: () => ({}) as unknown as string,
    });
    return registry;
  };

  test("the other rules are asked, and the failure is counted", () => {
    const broken = rule("broken", "evt.type=openat and app.tags = x");
    const rules = mustLoad(`${broken}${rule("fine", "evt.type=openat")}`, { fields: fields() });
    expect(rules.evaluate(makeOpen(), "all").map((alert) => alert.rule)).toEqual(["fine"]);
    const stats = rules.stats().rules;
    expect(stats.get("broken")).toMatchObject({ matches: 0, failures: 1, lastFailure: expect.any(Error) });
    expect(stats.get("fine")).toEqual({ matches: 1, alerts: 1, failures: 0 });
  });

  test("an alert whose output cannot be filled in goes out with its format", () => {
    const registry = createFieldRegistry();
    registry.register({
      name: "app.tags",
      type: "string",
      description: "d",
      read: () => "x",
      format: () => {
        throw new Error("no");
      },
    });
    const rules = mustLoad(ruleYaml("evt.type=openat", "tags %app.tags"), { fields: registry });
    expect(rules.evaluate(makeOpen())).toMatchObject([
      { rule: "r", output: "tags %app.tags", outputFields: {} },
    ]);
    expect(rules.stats().rules.get("r")).toMatchObject({ alerts: 1, failures: 1 });
  });

  test("the stream goes on", async () => {
    async function* source(): AsyncGenerator<readonly TrackedEvent[]> {
      yield [makeOpen(), makeOpen()];
    }
    const rules = mustLoad(rule("broken", "evt.type=openat and app.tags = x"), { fields: fields() });
    for await (const _ of pipe(source(), match(rules))) expect.unreachable();
    expect(rules.stats()).toMatchObject({ events: 2, alerts: 0 });
  });
});
