import type { CompiledRule } from "../candidates.ts";
import type { Assessment } from "./assessment.ts";
import { type StreamAssessments, typesOf } from "./places.ts";

/** Where a rule can match events, and where not. */
export interface Firing {
  /** By type of event, the places where it can. */
  readonly live: ReadonlyMap<string, readonly Assessment[]>;
  /** By type, the places where it cannot, though events come from there. */
  readonly dead: ReadonlyMap<string, readonly Assessment[]>;
  /** Types that it names and that do not come at all. */
  readonly absent: readonly string[];
}

/** Where `compiled` can match the events of a stream. */
export function firingOf({ rule, condition }: CompiledRule, stream: StreamAssessments): Firing {
  const live = new Map<string, readonly Assessment[]>();
  const dead = new Map<string, readonly Assessment[]>();
  const absent: string[] = [];
  for (const type of typesOf(rule, stream)) {
    const places = stream.byType.get(type) ?? [];
    const matching = places.filter((place) => place.verdictOf(condition) !== "never");
    if (matching.length > 0) live.set(type, matching);
    if (matching.length < places.length)
      dead.set(
        type,
        places.filter((place) => !matching.includes(place)),
      );
    if (places.length === 0) absent.push(type);
  }
  return { live, dead, absent };
}
