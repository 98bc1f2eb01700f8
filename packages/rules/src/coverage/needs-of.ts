import { partsOf, type RuleSet } from "../evaluating/rule-set.ts";
import type { BoundField } from "../fields/bound-field.ts";
import type { Assessment } from "./assessment.ts";
import type { Need } from "./essentials.ts";
import { firingOf } from "./firing.ts";
import { needsAt } from "./needs-at.ts";
import { isRaw } from "./place.ts";
import { oneOfAlike } from "./place-classes.ts";
import { fieldsOfCondition, fieldsOfOutput } from "./rule-parts.ts";
import { assessmentsOf, besides } from "./stream-assessments.ts";
import { wholeStream } from "./stream-shape.ts";

/** What a rule needs of the events of one point. */
export interface PointNeeds {
  /** As a session file names it; of raw points those of each CPU. */
  readonly point: string;
  /** The type of its events that the rule can match. */
  readonly eventType: string;
  /** What the fields of the condition are made of there: without it, the rule may come out otherwise, or never match. */
  readonly condition: ReadonlySet<Need>;
  /** What the fields of the output are made of, beside that. */
  readonly output: ReadonlySet<Need>;
}

/** What a rule needs of a stream. */
export interface RuleNeeds {
  /** Name of the rule. */
  readonly rule: string;
  readonly enabled: boolean;
  /** By point; raw points only where no decoded one tells of the same events. None of a rule that cannot fire. */
  readonly points: readonly PointNeeds[];
}

/**
 * What each of `rules` needs of a stream, so that it can fire and says all that it can say: which points, and beside
 * them which context fields, optional fields and tables. Of rules that look at nearly all events these are most points.
 * Rules that were loaded with `containers` are taken to be told of those.
 */
export function needsOf(rules: RuleSet): readonly RuleNeeds[] {
  const { compiled, enabled, surroundings } = partsOf(rules);
  const whole = assessmentsOf(besides(wholeStream, surroundings));
  const on = new Set(enabled);
  return compiled.map((each) => {
    const { name: rule } = each.rule;
    if (each.contradiction !== undefined) return { rule, enabled: on.has(rule), points: [] };
    const read = [...oneOfAlike(fieldsOfCondition(each.condition).values()).values()];
    const printed = [...oneOfAlike(fieldsOfOutput(each)).values()];
    const places = [...firingOf(each, whole).live.values()].flatMap(decodedFirst);
    const points = places.flatMap(({ place }): PointNeeds | readonly never[] => {
      if (place.point === undefined) return [];
      const needs = (fields: readonly BoundField[]): readonly Need[] =>
        fields.flatMap((field) => needsAt(field, place));
      const condition = new Set(needs(read));
      const output = new Set(needs(printed).filter((need) => !condition.has(need)));
      return { point: place.point.name, eventType: place.type, condition, output };
    });
    return { rule, enabled: on.has(rule), points };
  });
}

function decodedFirst(places: readonly Assessment[]): readonly Assessment[] {
  const decoded = places.filter(({ place }) => !isRaw(place));
  return decoded.length > 0 ? decoded : places;
}
