import type { CompiledRule } from "../evaluating/candidates.ts";
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
    const points = [...live.values()].flatMap(decodedFirst).flatMap(({ place }) => needsAtPlace(each, place));
    return { ...of, points, gaps: live.has("gap") };
  });
}

function needsAtPlace(rule: CompiledRule, place: Place): readonly PointNeeds[] {
  const { point, type } = place;
  if (point === undefined) return [];
  const read = [...oneOfAlike(fieldsOfCondition(rule.condition).values()).values()];
  const printed = [...oneOfAlike(fieldsOfOutput(rule)).values()];
  const onSockets = onlySockets(rule.condition, place);
  const needs = (fields: readonly BoundField[]): readonly Need[] =>
    fields
      .flatMap((field) => needsAt(field, place))
      .map((need) => (onSockets && need === "descriptors" ? "sockets" : need));
  const condition = new Set(needs(read));
  if (read.some((field) => readsMemory(field, place))) condition.add("memory");
  const output = new Set(needs(printed).filter((need) => !condition.has(need)));
  return [{ point: point.name, eventType: type, condition, output }];
}

function decodedFirst(places: readonly Assessment[]): readonly Assessment[] {
  const decoded = places.filter(({ place }) => !isRaw(place));
  return decoded.length > 0 ? decoded : places;
}
