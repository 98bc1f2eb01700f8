import { pipe } from "@sentrytap/core";
import { events } from "@sentrytap/events";
import { type TrackedEvent, track } from "@sentrytap/state";
import { readRecording } from "@sentrytap/wire";
import { describe, expect, test } from "vitest";
import { traceNames, tracePath } from "../../../test/traces/index.ts";
import { StreamContext } from "../src/evaluating/stream-context.ts";
import type { BoundField } from "../src/fields/bound-field.ts";
import { typeOf } from "../src/fields/event-result.ts";
import { availabilityOf } from "../src/fields/field.ts";
import { createFieldLookup } from "../src/fields/field-registry.ts";
import { parameterTypes } from "../src/fields/parameter-types.ts";

// What fields say of where their values come from is held against what they say of recordings.

const lookup = createFieldLookup();

/** Every field, with an argument where it takes one. */
function allFields(): readonly BoundField[] {
  const fields: BoundField[] = [];
  const bind = (name: string, argument?: string): void => {
    const bound = lookup.bind(name, argument);
    if (typeof bound === "string") throw new Error(bound);
    fields.push(bound);
  };
  for (const { name, argument, argumentRequired } of lookup) {
    if (!argumentRequired) bind(name);
    if (argument === "index") bind(name, "1");
    if (argument === "word") bind(name, "PATH");
  }
  for (const parameter of parameterTypes().keys()) {
    bind(`evt.arg.${parameter}`);
    bind(`evt.rawarg.${parameter}`);
  }
  for (let index = 0; index < 8; index++) bind("evt.arg", String(index));
  bind("evt.type.is.openat");
  return fields;
}

/** What an event makes of what `field` says of itself; `undefined` where that holds. */
function contradiction(field: BoundField, event: TrackedEvent, context: StreamContext): string | undefined {
  const value = field.read(event, context);
  const { unavailable, filledBy, constant, eventTypes, elsewhere, values } = field.coverage;
  if (value === undefined) return undefined;
  const said = `${field.name} is ${String(value)} on ${typeOf(event)}`;
  if (unavailable !== undefined || filledBy !== undefined) return said;
  if (constant !== undefined && value !== constant) return said;
  if (eventTypes !== undefined && !eventTypes.has(typeOf(event)) && value !== elsewhere) return said;
  if (values !== undefined && !values.includes(String(value))) return said;
  return undefined;
}

describe("what fields say of their coverage", () => {
  const fields = allFields();

  test.each(traceNames())("holds in %s", async (name) => {
    const context = new StreamContext();
    const wrong = new Set<string>();
    for await (const batch of pipe(readRecording(tracePath(name)), events(), track())) {
      for (const event of batch) {
        if (event.direction === "enter") continue;
        context.advance(event);
        for (const field of fields) {
          const said = contradiction(field, event, context);
          if (said !== undefined && wrong.size < 20) wrong.add(said);
        }
      }
    }
    expect([...wrong]).toEqual([]);
  });

  test("agrees with itself", () => {
    for (const { name, coverage } of fields) {
      const { constant, eventTypes, needs } = coverage;
      const availability = availabilityOf(coverage);
      if (availability === "unavailable") expect({ constant, needs }, name).toEqual({});
      expect(coverage.unavailable ?? "Because.", name).toMatch(/^[A-Z].*\.$/);
      expect(eventTypes?.size, name).not.toBe(0);
      if (coverage.elsewhere !== undefined) expect(eventTypes, name).toBeDefined();
    }
  });
});
