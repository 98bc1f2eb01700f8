import type { CompiledRule } from "../candidates.ts";
import type { BoundField } from "../fields/bound-field.ts";
import type { Assessment } from "./assessment.ts";
import { blamed } from "./blamed.ts";
import type { Firing } from "./firing.ts";
import { isRaw } from "./place.ts";
import type { CoverageReason, FieldUse } from "./reason.ts";
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
  if (namesTypes || atBest.live.size === 0) reasons.push(...blamed(condition, atBest.dead));
  if (atBest.live.size === 0) return reasons;
  if (namesTypes && firing === undefined) reasons.push(...rawOnly(atBest));
  const read = fieldsOfCondition(condition);
  const printed = fieldsOfOutput(compiled);
  const assessments = [...(firing ?? atBest).live.values()].flat();
  if (assessments.length > 0) {
    reasons.push(...empty(read.values(), "condition", assessments), ...empty(printed, "output", assessments));
  }
  if (firing !== undefined) {
    reasons.push(...missingFromSession(compiled, atBest, firing, [...read.values(), ...printed]));
  }
  return reasons;
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

/** Fields that have no value wherever the rule can match. */
function empty(
  fields: Iterable<BoundField>,
  use: FieldUse,
  assessments: readonly Assessment[],
): readonly CoverageReason[] {
  const unavailable = new Map<string, string[]>();
  const unfilled = new Map<string, string[]>();
  for (const { name, coverage } of fields) {
    const { unavailable: why, filledBy: source } = coverage;
    if (why !== undefined) add(unavailable, why, name);
    else if (source !== undefined && assessments.some(({ place }) => !place.supplies.filledBy.has(source))) {
      add(unfilled, source, name);
    }
  }
  return [
    ...Array.from(unavailable, ([why, names]): CoverageReason => {
      return { kind: "never-filled", fields: names.sort(), why, use };
    }),
    ...Array.from(unfilled, ([source, names]): CoverageReason => {
      return { kind: "filled-by", fields: names.sort(), source, use };
    }),
  ];
}

function add(groups: Map<string, string[]>, key: string, name: string): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [name]);
  else group.push(name);
}
