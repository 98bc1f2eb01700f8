import { flat, pipe } from "@sentrytap/core";
import type { TrackedEvent } from "@sentrytap/state";
import { describe, expect, test } from "vitest";
import { mustLoad, ruleYaml } from "../test/load.ts";
import { makeRawCall } from "../test/raw-call.ts";
import { makeEvent, makeOpen } from "../test/tracked-event.ts";
import { includesType } from "./event-types.ts";
import { createFieldRegistry } from "./fields/field-registry.ts";
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
    expect(rules.stats()).toEqual({
      events: 2,
      alerts: 3,
      rules: new Map([
        ["a", 1],
        ["b", 1],
        ["c", 1],
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
