import type { Mend } from "./mend.ts";
import type { CoverageReason, FieldUse } from "./reason.ts";

/** What a session lacks for a field. */
export interface Lack {
  readonly mend: Mend;
  readonly field: string;
}

interface Addition {
  readonly of: "context" | "optional" | undefined;
  readonly field: string;
  readonly points: Set<string>;
  readonly fields: Set<string>;
}

/** Lacks as reasons: points that tell of the same fields are one reason, and so are points that lack the same field. */
export function mergeLacks(
  lacks: readonly Lack[],
  effect: "never" | "less",
  use: FieldUse,
): readonly CoverageReason[] {
  const byPoint = new Map<string, Addition>();
  const byField = new Map<string, Addition>();
  for (const { mend, field } of lacks) {
    if (mend.kind === "points") {
      for (const point of mend.points) note(byPoint, point, undefined, "", point, field);
    } else {
      const of = mend.kind === "context-field" ? "context" : "optional";
      note(byField, `${of} ${mend.field}`, of, mend.field, mend.point, field);
    }
  }
  const groups = new Map<string, Addition>();
  for (const addition of byPoint.values()) {
    for (const point of addition.points) {
      for (const field of addition.fields) {
        note(groups, [...addition.fields].sort().join(" "), undefined, "", point, field);
      }
    }
  }
  return [...groups.values(), ...byField.values()].map(({ of, field, points, fields }): CoverageReason => {
    const lacking = { effect, use, points: [...points], fields: [...fields].sort() };
    return of === undefined
      ? { kind: "missing-point", eventTypes: [], ...lacking }
      : { kind: "missing-field", of, field, ...lacking };
  });
}

function note(
  additions: Map<string, Addition>,
  key: string,
  of: Addition["of"],
  field: string,
  point: string,
  lacking: string,
): void {
  const known = additions.get(key) ?? { of, field, points: new Set(), fields: new Set() };
  additions.set(key, known);
  known.points.add(point);
  known.fields.add(lacking);
}
