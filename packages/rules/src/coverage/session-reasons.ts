import type { CompiledRule } from "../candidates.ts";
import type { BoundField } from "../fields/bound-field.ts";
import type { Assessment } from "./assessment.ts";
import { blamed } from "./blamed.ts";
import { essentialsOf } from "./essentials.ts";
import type { Firing } from "./firing.ts";
import { type Lack, mergeLacks } from "./lacks.ts";
import { isRaw } from "./place.ts";
import type { CoverageReason } from "./reason.ts";

/** What a session lacks for a rule: points of its events, what they need to match, and what else its fields are made of. */
export function missingFromSession(
  { rule, condition }: CompiledRule,
  atBest: Firing,
  firing: Firing,
  fields: readonly BoundField[],
): readonly CoverageReason[] {
  const reasons: CoverageReason[] = [];
  if ("only" in rule.eventTypes) reasons.push(...missingPoints(atBest, firing));
  const dead = [...firing.dead].filter(([type]) => atBest.live.has(type));
  if ("only" in rule.eventTypes || firing.live.size === 0) reasons.push(...blamed(condition, new Map(dead)));
  return [...reasons, ...lacking([...firing.live.values()].flat(), fields)];
}

/** Points that tell of what the rule looks at, and that the session does not have. */
function missingPoints(atBest: Firing, firing: Firing): readonly CoverageReason[] {
  const missing = new Map<string, string[]>();
  for (const [type, assessments] of atBest.live) {
    const decoded = namesOf(assessments.filter(({ place }) => !isRaw(place)));
    const wanted = decoded.length > 0 ? decoded : namesOf(assessments);
    const present = new Set(namesOf([...(firing.live.get(type) ?? []), ...(firing.dead.get(type) ?? [])]));
    const absent = wanted.filter((name) => !present.has(name));
    // A raw point is there where it is for one architecture.
    if (absent.length === 0 || (decoded.length === 0 && absent.length < wanted.length)) continue;
    const key = absent.join(" ");
    missing.set(key, [...(missing.get(key) ?? []), type]);
  }
  const points = [...missing.keys()].flatMap((key) => key.split(" "));
  if (points.length === 0) return [];
  const eventTypes = [...missing.values()].flat().sort();
  return [{ kind: "missing-point", points: [...new Set(points)], eventTypes, fields: [] }];
}

function namesOf(assessments: readonly Assessment[]): readonly string[] {
  return assessments.flatMap(({ place }) => place.point?.name ?? []);
}

/** What the session does not tell, or not all, of what `fields` are made of. */
function lacking(
  assessments: readonly Assessment[],
  fields: readonly BoundField[],
): readonly CoverageReason[] {
  const lacks: Lack[] = [];
  for (const { name: field, coverage } of fields) {
    if (coverage.unavailable !== undefined || coverage.filledBy !== undefined) continue;
    for (const need of new Set([...essentialsOf(field).needs, ...(coverage.needs ?? [])])) {
      for (const { place } of assessments) {
        if (place.supplies.supplyOf(need, place) === "all") continue;
        for (const mend of place.supplies.mendsOf(need, place)) lacks.push({ mend, field });
      }
    }
  }
  return mergeLacks(lacks);
}
