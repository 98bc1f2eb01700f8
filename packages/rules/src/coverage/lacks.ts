import type { CoverageReason, FieldUse } from "./reason.ts";
import type { Mend } from "./supplies.ts";

/** What a session lacks for fields that are alike. */
export interface Lack {
  readonly mend: Mend;
  /** Lacks of the same fields share the list. */
  readonly fields: readonly string[];
}

interface Addition {
  readonly of: "context" | "optional" | undefined;
  readonly field: string;
  readonly points: Set<string>;
  readonly fields: Set<readonly string[]>;
}

/** Lacks as reasons: points that tell of the same fields are one reason, and so are points that lack the same field. */
export function mergeLacks(
  lacks: Iterable<Lack>,
  effect: "never" | "less",
  use: FieldUse,
): readonly CoverageReason[] {
  const byPoint = new Map<string, Addition>();
  const byField = new Map<string, Addition>();
  for (const { mend, fields } of lacks) {
    if (mend.kind === "points") {
      for (const point of mend.points) note(byPoint, point, undefined, "", point, fields);
    } else {
      const of = mend.kind === "context-field" ? "context" : "optional";
      note(byField, `${of} ${mend.field}`, of, mend.field, mend.point, fields);
    }
  }
  const groups = new Map<string, Addition>();
  for (const { points, fields } of byPoint.values()) {
    const key = Array.from(fields, ([first]) => first)
      .sort()
      .join(" ");
    for (const point of points) for (const each of fields) note(groups, key, undefined, "", point, each);
  }
  return [...groups.values(), ...byField.values()].map(({ of, field, points, fields }): CoverageReason => {
    const names = [...new Set([...fields].flat())].sort();
    const lacking = { effect, use, points: [...points], fields: names };
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
  lacking: readonly string[],
): void {
  const known = additions.get(key) ?? { of, field, points: new Set(), fields: new Set() };
  additions.set(key, known);
  known.points.add(point);
  known.fields.add(lacking);
}
