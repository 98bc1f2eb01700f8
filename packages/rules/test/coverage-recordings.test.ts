import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pipe, stage } from "@sentrytap/core";
import { events } from "@sentrytap/events";
import { type TrackedEvent, track } from "@sentrytap/state";
import { readRecording } from "@sentrytap/wire";
import { describe, expect, test } from "vitest";
import { traceNames, tracePath } from "../../../test/traces/index.ts";
import { coverageOf } from "../src/coverage/coverage-of.ts";
import { assessmentsOf } from "../src/coverage/stream-assessments.ts";
import { wholeStream } from "../src/coverage/stream-shape.ts";
import type { RuleSet } from "../src/evaluating/rule-set.ts";
import { typeOf } from "../src/fields/event-result.ts";
import { checkFields } from "./coverage-fields.ts";
import { mustLoad } from "./load.ts";
import { hasReference, readReference } from "./reference.ts";

describe("what is said of fields", () => {
  test.each(traceNames())("holds for every event of %s", async (name) => {
    const wrong = new Set<string>();
    const checkEvent = checkFields(assessmentsOf(wholeStream), wrong);
    const check = stage("check", (event: TrackedEvent) => {
      checkEvent(event);
      return undefined;
    });
    for await (const _ of pipe(readRecording(tracePath(name)), events(), track(), check));
    expect([...wrong].sort()).toEqual([]);
  });
});

const publicFiles = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"];

/** The public rules, as they are and as Falco ran them here, and the starter rules: every rule of each on. */
function ruleSets(): readonly RuleSet[] {
  const starter = fileURLToPath(new URL("../../sentrytap/rules/starter_rules.yaml", import.meta.url));
  const texts = [readFileSync(starter, "utf8")];
  for (const folder of hasReference("coverage of the public rules") ? ["rules", "rules/falco-peer"] : []) {
    texts.push(...publicFiles.map((file) => readReference(`${folder}/${file}`)));
  }
  return texts.map((text) => mustLoad(text).select([{ enable: { rule: "*" } }]).rules);
}

describe("rules that fire can fire", () => {
  const all = ruleSets();
  const covered = all.map((rules) => new Map(coverageOf(rules).map((each) => [each.rule, each])));

  test.each(traceNames())("on %s", async (name) => {
    const wrong = new Set<string>();
    const check = stage("check", (event: TrackedEvent) => {
      for (const [i, rules] of all.entries()) {
        for (const { rule } of rules.evaluate(event, "all")) {
          const coverage = covered[i]?.get(rule);
          if (coverage?.canFire !== true) wrong.add(rule);
          if (coverage?.eventTypes.includes(typeOf(event)) !== true) wrong.add(`${rule} on ${typeOf(event)}`);
        }
      }
      return undefined;
    });
    for await (const _ of pipe(readRecording(tracePath(name)), events(), track(), check));
    expect([...wrong]).toEqual([]);
  });
});
