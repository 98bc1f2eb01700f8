import type { CompiledRule } from "../evaluating/candidates.ts";
import type { Assessment } from "./assessment.ts";
import { emptyFields } from "./empty-fields.ts";
import type { Firing } from "./firing.ts";
import { tellingPlaces, whyNever } from "./never-holds.ts";
import { isRaw } from "./place.ts";
import type { CoverageReason } from "./reason.ts";
import { fieldsOfCondition, fieldsOfOutput } from "./rule-parts.ts";
import { missingFromSession } from "./session-reasons.ts";

/**
 * Why a rule cannot fire, or what of it comes to nothing: `atBest` is where it can on all that gVisor can tell, `firing` where
 * it can with a session, if there is one.
 */
export function gatherReasons(
  compiled: CompiledRule,
  atBest: Firing,
  firing: Firing | undefined,
): readonly CoverageReason[] {
  const { rule, condition } = compiled;
  const reasons: CoverageReason[] = [];
  const namesTypes = "only" in rule.eventTypes;
  if (atBest.absent.length > 0) reasons.push({ kind: "no-event", eventTypes: [...atBest.absent].sort() });
  // Of a rule that looks at nearly all events, nobody wants to read on which of them it comes to nothing.
  if (namesTypes || atBest.live.size === 0)
    reasons.push(...whyNever(condition, tellingPlaces(deadTypes(atBest))));
  if (atBest.live.size === 0) return reasons;
  if (namesTypes && firing === undefined) reasons.push(...rawOnly(atBest));
  const read = fieldsOfCondition(condition);
  const printed = fieldsOfOutput(compiled);
  const places = [...atBest.live.values()].flat();
  const isBlamed = new Set(reasons.flatMap((reason) => ("field" in reason ? [reason.field] : [])));
  const others = [...read.values()].filter(({ name }) => !isBlamed.has(name));
  reasons.push(...emptyFields(others, "condition", places), ...emptyFields(printed, "output", places));
  if (firing !== undefined) {
    reasons.push(...missingFromSession(compiled, atBest, firing, { read: [...read.values()], printed }));
  }
  return reasons;
}

/** Types of which no place is live. */
function deadTypes({ live, dead }: Firing): ReadonlyMap<string, readonly Assessment[]> {
  return new Map([...dead].filter(([type]) => !live.has(type)));
}

/** Types that no decoded message tells of. */
function rawOnly({ live }: Firing): readonly CoverageReason[] {
  const raw = [...live].filter(([, assessments]) => assessments.every(({ place }) => isRaw(place)));
  if (raw.length === 0) return [];
  const points = raw.flatMap(([, assessments]) =>
    assessments.flatMap(({ place }) => place.point?.name ?? []),
  );
  return [{ kind: "raw-only", eventTypes: raw.map(([type]) => type).sort(), points: [...new Set(points)] }];
}
