import type { Mend } from "./mend.ts";
import type { CoverageReason } from "./reason.ts";

/** What a session lacks for a field. */
export interface Lack {
  readonly mend: Mend;
  readonly field: string;
}

/** Lacks as reasons: those that the same addition mends are one, and so are points that need the same field. */
export function mergeLacks(lacks: readonly Lack[]): readonly CoverageReason[] {
  const points = new Map<string, Set<string>>();
  const fields = new Map<string, { readonly points: Set<string>; readonly fields: Set<string> }>();
  for (const { mend, field } of lacks) {
    if (mend.kind === "points") {
      if (mend.points.length > 0) members(points, mend.points.join(" ")).add(field);
      continue;
    }
    const key = `${mend.kind === "context-field" ? "context" : "optional"} ${mend.field}`;
    const known = fields.get(key) ?? { points: new Set(), fields: new Set() };
    fields.set(key, known);
    known.points.add(mend.point);
    known.fields.add(field);
  }
  const missingPoints = [...points].map(([key, names]): CoverageReason => {
    return { kind: "missing-point", points: key.split(" "), eventTypes: [], fields: [...names].sort() };
  });
  const missingFields = [...fields].map(([key, lacking]): CoverageReason => {
    const [of, field = ""] = key.split(" ");
    return {
      kind: "missing-field",
      of: of === "context" ? "context" : "optional",
      field,
      points: [...lacking.points].sort(),
      fields: [...lacking.fields].sort(),
    };
  });
  return [...missingPoints, ...missingFields];
}

function members(map: Map<string, Set<string>>, key: string): Set<string> {
  const known = map.get(key) ?? new Set();
  map.set(key, known);
  return known;
}
