import type { BoundField } from "../fields/bound-field.ts";
import { addToGroup } from "../group.ts";
import type { Assessment } from "./assessment.ts";
import type { CoverageReason, FieldUse } from "./reason.ts";

/** Fields that have no value wherever the rule can match. */
export function emptyFields(
  fields: Iterable<BoundField>,
  use: FieldUse,
  assessments: readonly Assessment[],
): readonly CoverageReason[] {
  const unavailable = new Map<string, string[]>();
  const unfilled = new Map<string, string[]>();
  const reasons: CoverageReason[] = [];
  for (const field of fields) {
    if (assessments.some((assessment) => assessment.valuesOf(field).present.length > 0)) continue;
    const limit = assessments[0]?.valuesOf(field).limit;
    if (limit === undefined) continue;
    if (limit.kind === "never-filled") addToGroup(unavailable, limit.why, field.name);
    else if (limit.kind === "filled-by") addToGroup(unfilled, limit.source, field.name);
    else if (limit.kind === "no-value") {
      const eventTypes = [...new Set(assessments.map(({ place }) => place.type))].sort();
      reasons.push({ kind: "no-value", field: field.name, use, eventTypes, why: limit.why });
    }
  }
  for (const [why, names] of unavailable) {
    reasons.push({ kind: "never-filled", fields: names.sort(), why, use });
  }
  for (const [source, names] of unfilled) {
    reasons.push({ kind: "filled-by", fields: names.sort(), source, use });
  }
  return reasons;
}
