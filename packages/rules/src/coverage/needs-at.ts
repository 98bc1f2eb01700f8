import type { BoundField } from "../fields/bound-field.ts";
import { essentialsOf, type Need } from "./essentials.ts";
import type { Place } from "./place.ts";
import { tellsProgram } from "./supplies.ts";
import { valuesByType } from "./type-values.ts";

/** What the values of `field` are made of on the events of `place`, beside what their messages say of themselves. */
export function needsAt(field: BoundField, place: Place): readonly Need[] {
  const { unavailable, filledBy, needs: told = [] } = field.coverage;
  if (unavailable !== undefined) return [];
  if (filledBy !== undefined && !place.supplies.filledBy.has(filledBy)) return [];
  // What events do not have, nothing can be added to.
  if (valuesByType(field, place)?.present.length === 0) return [];
  const { needs: essential, whole } = essentialsOf(field);
  if (whole === true) return essential;
  // Who runs a program that the event itself tells of has nothing of it by birth.
  const isSelfTold = told.includes("programs") && tellsProgram(place) && !essential.includes("lineage");
  return [...new Set([...essential, ...told])].filter((need) => !(isSelfTold && need === "lineage"));
}
