import type { Checked } from "../compiling/checked.ts";
import type { CompiledRule } from "../evaluating/candidates.ts";
import { type EventTypes, includesType } from "../event-types.ts";
import { addToGroup } from "../group.ts";
import type { Assessment } from "./assessment.ts";
import type { StreamAssessments } from "./stream-assessments.ts";

/** Places by the type of their events. */
export type PlacesByType = ReadonlyMap<string, readonly Assessment[]>;

/** Where a rule can match events, and where not. */
export interface Firing {
  readonly live: PlacesByType;
  /** Where it cannot, though events come from there; of a rule that names no types, one place of those that are alike. */
  readonly dead: PlacesByType;
  /** Types that it names and that do not come at all. */
  readonly absent: readonly string[];
}

/** Where `compiled` can match the events of a stream. */
export function firingOf({ rule, condition }: CompiledRule, stream: StreamAssessments): Firing {
  const { eventTypes } = rule;
  return "only" in eventTypes
    ? ofNamed(eventTypes.only, condition, stream)
    : ofOthers(eventTypes, condition, stream);
}

function ofNamed(types: ReadonlySet<string>, condition: Checked, stream: StreamAssessments): Firing {
  const live = new Map<string, Assessment[]>();
  const dead = new Map<string, Assessment[]>();
  for (const type of types) {
    for (const each of stream.byType.get(type) ?? []) {
      addToGroup(each.verdictOf(condition) === "never" ? dead : live, type, each);
    }
  }
  return { live, dead, absent: [...types].filter((type) => !stream.byType.has(type)) };
}

function ofOthers(types: EventTypes, condition: Checked, stream: StreamAssessments): Firing {
  const live = new Map<string, Assessment[]>();
  const dead = new Map<string, Assessment[]>();
  const classes = stream.classes.classesOf(condition);
  const canHold = new Map<number | undefined, boolean>();
  for (const [i, each] of stream.all.entries()) {
    if (!includesType(types, each.place.type)) continue;
    const known = canHold.get(classes[i]);
    const holds = known ?? each.verdictOf(condition) !== "never";
    canHold.set(classes[i], holds);
    if (holds) addToGroup(live, each.place.type, each);
    else if (known === undefined) addToGroup(dead, each.place.type, each);
  }
  return { live, dead, absent: [] };
}
