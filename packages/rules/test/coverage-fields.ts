import type { TrackedEvent } from "@sentrytap/state";
import { valuesOf } from "../src/coverage/field-values.ts";
import type { StreamAssessments } from "../src/coverage/stream-assessments.ts";
import type { Values } from "../src/coverage/values.ts";
import { StreamContext } from "../src/evaluating/stream-context.ts";
import type { BoundField } from "../src/fields/bound-field.ts";
import { falcoParameterTypes } from "../src/fields/event-table.ts";
import { createFieldLookup } from "../src/fields/field-registry.ts";
import { placeOfEvent } from "./coverage-places.ts";

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

/** What looks at every field of an event, and adds to `wrong` what the report on the stream says no such event has. */
export function checkFields(stream: StreamAssessments, wrong: Set<string>): (event: TrackedEvent) => void {
  const fields = everyField();
  const context = new StreamContext();
  const known = new Map<object, readonly (readonly [BoundField, Values])[]>();
  return (event) => {
    if (event.direction === "enter") return;
    context.advance(event);
    const assessment = placeOfEvent(event, stream);
    if (assessment === undefined) {
      wrong.add(`${event.type}: not in the stream`);
      return;
    }
    let limited = known.get(assessment);
    if (limited === undefined) {
      limited = fields
        .map((field) => [field, valuesOf(field, assessment.place)] as const)
        .filter(([, { absent, present }]) => !absent || present !== "any");
      known.set(assessment, limited);
    }
    for (const [field, values] of limited) {
      const value = field.read(event, context);
      if (isAmong(value, values)) continue;
      wrong.add(`${assessment.place.point?.name ?? event.type}: ${field.name} is ${String(value)}`);
    }
  };
}
