import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pipe, stage } from "@sentrytap/core";
import { events } from "@sentrytap/events";
import { createTracker, type TrackedEvent, track } from "@sentrytap/state";
import { readRecording } from "@sentrytap/wire";
import { describe, expect, test } from "vitest";
import { traceNames, tracePath } from "../../../test/traces/index.ts";
import { coverageOf } from "../src/coverage/coverage-of.ts";
import { valuesOf } from "../src/coverage/field-values.ts";
import { assessmentsOf } from "../src/coverage/places.ts";
import { wholeStream } from "../src/coverage/stream-shape.ts";
import type { Values } from "../src/coverage/values.ts";
import type { BoundField } from "../src/fields/bound-field.ts";
import { typeOf } from "../src/fields/event-result.ts";
import { falcoParameterTypes } from "../src/fields/event-table.ts";
import { createFieldLookup } from "../src/fields/field-registry.ts";
import type { RuleSet } from "../src/rule-set.ts";
import { StreamContext } from "../src/stream-context.ts";
import { placeOfEvent } from "./coverage-places.ts";
import { mustLoad } from "./load.ts";
import { hasReference, readReference } from "./reference.ts";

const lookup = createFieldLookup();

/** Every field, those with arguments with some. */
function everyField(): readonly BoundField[] {
  const written: [string, string | undefined][] = [];
  for (const { name, argument, argumentRequired } of lookup) {
    if (!argumentRequired) written.push([name, undefined]);
    if (argument === "index") for (const index of ["0", "1", "2"]) written.push([name, index]);
    if (argument === "word") written.push([name, "PATH"]);
  }
  for (const name of falcoParameterTypes.keys()) {
    written.push([`evt.arg.${name}`, undefined], [`evt.rawarg.${name}`, undefined]);
  }
  for (const index of ["0", "1", "5"]) written.push(["evt.arg", index]);
  written.push(["evt.type.is.openat", undefined]);
  return written.flatMap(([name, argument]) => {
    const field = lookup.bind(name, argument);
    return typeof field === "string" ? [] : [field];
  });
}

/** Whether `value` is one that `values` has. */
function isAmong(value: ReturnType<BoundField["read"]>, { absent, present }: Values): boolean {
  if (value === undefined) return absent;
  if (present === "any") return true;
  return typeof value === "object" ? value.every((one) => present.includes(one)) : present.includes(value);
}

describe("what is said of fields", () => {
  const fields = everyField();
  const whole = assessmentsOf(wholeStream);

  test.each(traceNames())("holds for every event of %s", async (name) => {
    const context = new StreamContext();
    const wrong = new Set<string>();
    const known = new Map<object, readonly Values[]>();
    const check = stage("check", (event: TrackedEvent) => {
      if (event.direction === "enter") return undefined;
      context.advance(event);
      const assessment = placeOfEvent(event, whole);
      if (assessment === undefined) {
        wrong.add(`no place for ${event.type}`);
        return undefined;
      }
      let values = known.get(assessment);
      if (values === undefined) {
        values = fields.map((field) => valuesOf(field, assessment.place));
        known.set(assessment, values);
      }
      for (const [i, field] of fields.entries()) {
        const told = values[i];
        if (told === undefined || (told.absent && told.present === "any")) continue;
        const value = field.read(event, context);
        if (!isAmong(value, told))
          wrong.add(`${event.type} ${assessment.place.type}: ${field.name} is ${String(value)}`);
      }
      return undefined;
    });
    for await (const _ of pipe(readRecording(tracePath(name)), events(), track(createTracker()), check));
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
