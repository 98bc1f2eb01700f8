import { type Checked, isOperand, type Test } from "../compiling/checked.ts";
import { jsonText } from "../json-text.ts";
import { printOperand } from "../language/print.ts";
import type { Assessment } from "./assessment.ts";
import { blame } from "./blame.ts";
import { type Lack, mergeLacks } from "./lacks.ts";
import { isRaw } from "./place.ts";
import type { CoverageReason } from "./reason.ts";
import { fieldsOfTest } from "./rule-parts.ts";
import type { Mend } from "./supplies.ts";
import type { Limit } from "./values.ts";

/** Why `condition` never holds at `places`, where it does not. */
export function whyNever(condition: Checked, places: Iterable<Assessment>): readonly CoverageReason[] {
  const reasons = new Map<string, CoverageReason>();
  const lacks: Lack[] = [];
  for (const assessment of places) {
    for (const test of blame(condition, assessment)) addReason(test, assessment, reasons, lacks);
  }
  return [...reasons.values(), ...mergeLacks(lacks, "never", "condition")];
}

/** Of each type the most telling place: what decoded messages lack is more to the point than what raw ones do. */
export function tellingPlaces(places: ReadonlyMap<string, readonly Assessment[]>): readonly Assessment[] {
  return [...places.values()].flatMap((all) => all.find(({ place }) => !isRaw(place)) ?? all[0] ?? []);
}

function addReason(
  test: Test,
  assessment: Assessment,
  reasons: Map<string, CoverageReason>,
  lacks: Lack[],
): void {
  const { type } = assessment.place;
  for (const field of fieldsOfTest(test)) {
    const { limit } = assessment.valuesOf(field);
    if (limit === undefined) continue;
    if (limit.kind === "session")
      lacks.push(...limit.mends.map((mend: Mend) => ({ mend, fields: [field.name] })));
    else merge(reasons, type, reasonOf(field.name, limit, type));
    return;
  }
  merge(reasons, type, { kind: "settled", comparison: textOf(test), eventTypes: [type] });
}

function reasonOf(field: string, limit: Exclude<Limit, { kind: "session" }>, type: string): CoverageReason {
  switch (limit.kind) {
    case "never-filled":
      return { kind: "never-filled", fields: [field], why: limit.why, use: "condition" };
    case "filled-by":
      return { kind: "filled-by", fields: [field], source: limit.source, use: "condition" };
    case "no-value":
      return { kind: "no-value", field, use: "condition", eventTypes: [type], why: limit.why };
    case "one-value":
      return { kind: "one-value", field, values: limit.values, eventTypes: [type], why: limit.why };
  }
}

/** Reasons that differ only in the type of the events are one. */
function merge(reasons: Map<string, CoverageReason>, type: string, reason: CoverageReason): void {
  const key = jsonText({ ...reason, eventTypes: [] });
  const known = reasons.get(key);
  if (known === undefined) reasons.set(key, reason);
  else if ("eventTypes" in known && !known.eventTypes.includes(type)) {
    reasons.set(key, { ...known, eventTypes: [...known.eventTypes, type].sort() });
  }
}

/** As many values of a list as a reader takes in. */
const mostValues = 3;

function textOf({ source, operator, right }: Test): string {
  const left = printOperand(source.left);
  if (operator === "exists") return `${left} exists`;
  if (isOperand(right)) return `${left} ${operator} val(${right.field.name})`;
  const more = right.length > mostValues ? ", ..." : "";
  const values = `${right.slice(0, mostValues).map(String).join(", ")}${more}`;
  const takesList = operator === "in" || operator === "intersects" || operator === "pmatch";
  return `${left} ${operator} ${takesList ? `(${values})` : values}`;
}
