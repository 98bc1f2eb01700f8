import type { Checked } from "../compiling/checked.ts";
import { partsOf, type RuleSet } from "../evaluating/rule-set.ts";
import type { BoundField } from "../fields/bound-field.ts";
import type { Assessment } from "./assessment.ts";
import type { Need } from "./essentials.ts";
import { firingOf } from "./firing.ts";
import { readsMemory } from "./memory-reads.ts";
import { needsAt } from "./needs-at.ts";
import { onlySockets } from "./only-sockets.ts";
import { isRaw, type Place } from "./place.ts";
import { oneOfAlike } from "./place-classes.ts";
import { fieldsOfCondition, fieldsOfOutput } from "./rule-parts.ts";
import { assessmentsOf, besides } from "./stream-assessments.ts";
import { type StreamShape, wholeStream } from "./stream-shape.ts";

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
  /** Whether it can match gaps, which show where calls begin and do not return, or threads have no birth. */
  readonly gaps: boolean;
}

/** Options of {@link needsOf}. */
export interface NeedsOptions {
  /** What a sandbox can tell: of a release that lacks a decoded point, the raw one of the same call is named. Default: all. */
  readonly stream?: StreamShape;
}

/**
 * What each of `rules` needs of a stream, so that it can fire and says all that it can say: which points, and beside
 * them which context fields, optional fields and tables. Of rules that look at nearly all events these are most points.
 * Rules that were loaded with `containers` are taken to be told of those.
 */
export function needsOf(rules: RuleSet, { stream = wholeStream }: NeedsOptions = {}): readonly RuleNeeds[] {
  const { compiled, enabled, surroundings } = partsOf(rules);
  const whole = assessmentsOf(besides(stream, surroundings));
  const on = new Set(enabled);
  return compiled.map((each) => {
    const { name: rule } = each.rule;
    const of = { rule, enabled: on.has(rule) };
    if (each.contradiction !== undefined) return { ...of, points: [], gaps: false };
    const { live } = firingOf(each, whole);
    const fields = {
      read: [...oneOfAlike(fieldsOfCondition(each.condition).values()).values()],
      printed: [...oneOfAlike(fieldsOfOutput(each)).values()],
    };
    const places = [...live.values()].flatMap(decodedFirst);
    const points = places.flatMap(({ place }) => needsAtPlace(each.condition, fields, place));
    return { ...of, points, gaps: live.has("gap") };
  });
}

/** What a rule reads in its condition, and prints beside that. */
interface RuleFields {
  readonly read: readonly BoundField[];
  readonly printed: readonly BoundField[];
}

function needsAtPlace(
  condition: Checked,
  { read, printed }: RuleFields,
  place: Place,
): readonly PointNeeds[] {
  const { point, type } = place;
  if (point === undefined) return [];
  const ofCondition = new Set(read.flatMap((field) => needsAt(field, place)));
  const ofOutput = new Set(printed.flatMap((field) => needsAt(field, place)));
  const all = [ofCondition, ofOutput];
  if (all.some((needs) => needs.has("descriptors")) && onlySockets(condition, place)) {
    for (const needs of all) if (needs.delete("descriptors")) needs.add("sockets");
  }
  if (read.some((field) => readsMemory(field, place))) ofCondition.add("memory");
  for (const need of ofCondition) ofOutput.delete(need);
  return [{ point: point.name, eventType: type, condition: ofCondition, output: ofOutput }];
}

function decodedFirst(places: readonly Assessment[]): readonly Assessment[] {
  const decoded = places.filter(({ place }) => !isRaw(place));
  return decoded.length > 0 ? decoded : places;
}
