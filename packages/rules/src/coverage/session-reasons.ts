import type { CompiledRule } from "../evaluating/candidates.ts";
import type { BoundField } from "../fields/bound-field.ts";
import type { Assessment } from "./assessment.ts";
import type { Firing } from "./firing.ts";
import { type Lack, mergeLacks } from "./lacks.ts";
import { whyNever } from "./never-holds.ts";
import { isRaw } from "./place.ts";
import { groupAlike } from "./place-classes.ts";
import type { CoverageReason } from "./reason.ts";
import type { Mend } from "./supplies.ts";

/** The fields of a rule, by where it reads them. */
export interface RuleFields {
  readonly read: readonly BoundField[];
  readonly printed: readonly BoundField[];
}

/** What a session lacks for a rule: points of its events, what they need to match, and what else its fields are made of. */
export function missingFromSession(
  { rule, condition }: CompiledRule,
  atBest: Firing,
  firing: Firing,
  { read, printed }: RuleFields,
): readonly CoverageReason[] {
  const reasons: CoverageReason[] = [];
  const namesTypes = "only" in rule.eventTypes;
  if (namesTypes) reasons.push(...missingPoints(atBest, firing));
  if (namesTypes || firing.live.size === 0) reasons.push(...whyNever(condition, couldMatch(atBest, firing)));
  const places = [...firing.live.values()].flat();
  const lacks = lacksOf(places, read);
  const told = new Set(lacks.map(({ mend }) => keyOf(mend)));
  const others = lacksOf(places, printed).filter(({ mend }) => !told.has(keyOf(mend)));
  return [...reasons, ...mergeLacks(lacks, "less", "condition"), ...mergeLacks(others, "less", "output")];
}

function keyOf(mend: Mend): string {
  return mend.kind === "points" ? mend.points.join(" ") : `${mend.kind} ${mend.field} ${mend.point}`;
}

/** Points that tell of what the rule looks at, and that the session does not have. */
function missingPoints(atBest: Firing, firing: Firing): readonly CoverageReason[] {
  const points = new Set<string>();
  const eventTypes: string[] = [];
  for (const [type, places] of atBest.live) {
    const decoded = namesOf(places.filter(({ place }) => !isRaw(place)));
    const wanted = decoded.length > 0 ? decoded : namesOf(places);
    const present = new Set(namesOf([...(firing.live.get(type) ?? []), ...(firing.dead.get(type) ?? [])]));
    const absent = wanted.filter((name) => !present.has(name));
    // A raw point is there where it is for one architecture.
    if (absent.length === 0 || (decoded.length === 0 && absent.length < wanted.length)) continue;
    for (const name of absent) points.add(name);
    eventTypes.push(type);
  }
  if (points.size === 0) return [];
  const raw = eventTypes.filter((type) => atBest.live.get(type)?.every(({ place }) => isRaw(place)));
  return [eventTypes.filter((type) => !raw.includes(type)), raw]
    .filter((types) => types.length > 0)
    .map((types): CoverageReason => {
      const wanted = new Set(types.flatMap((type) => namesOf(atBest.live.get(type) ?? [])));
      return {
        kind: "missing-point",
        points: [...points].filter((name) => wanted.has(name)),
        eventTypes: types.sort(),
        fields: [],
        use: "condition",
        effect: "never",
      };
    });
}

/** Places of the session where the rule cannot match, though it could if they told more. */
function couldMatch(atBest: Firing, { dead }: Firing): readonly Assessment[] {
  return [...dead].flatMap(([type, places]) => {
    const names = new Set(namesOf(atBest.live.get(type) ?? []));
    return places.filter(({ place }) => place.point !== undefined && names.has(place.point.name));
  });
}

function namesOf(places: readonly Assessment[]): readonly string[] {
  return places.flatMap(({ place }) => place.point?.name ?? []);
}

/** What the session does not tell, or not all, of what `fields` are made of. */
function lacksOf(places: readonly Assessment[], fields: readonly BoundField[]): readonly Lack[] {
  const lacks: Lack[] = [];
  for (const alike of groupAlike(fields)) {
    const [first] = alike;
    if (first === undefined) continue;
    const names = alike.map(({ name }) => name);
    for (const place of places) {
      for (const mend of place.mendsOf(first)) lacks.push({ mend, fields: names });
    }
  }
  return lacks;
}
