import type { BoundField } from "../fields/bound-field.ts";
import type { FieldValue } from "../fields/field.ts";
import { essentialsOf } from "./essentials.ts";
import type { Place } from "./place.ts";
import { valuesByType } from "./type-values.ts";
import type { Limit } from "./values.ts";
import { anything, exactly, nothing, type Values } from "./values.ts";

/** What `field` can be on the events of `place`. */
export function valuesOf(field: BoundField, place: Place): Values {
  const { unavailable, filledBy, constant, values } = field.coverage;
  if (unavailable !== undefined) return nothing({ kind: "never-filled", why: unavailable });
  if (filledBy !== undefined && !place.supplies.filledBy.has(filledBy)) {
    return nothing({ kind: "filled-by", source: filledBy });
  }
  const told = valuesByType(field, place) ?? valuesBySession(field, place);
  if (told !== undefined) return told;
  if (values !== undefined && field.type === "string") return { absent: true, present: values };
  return constant === undefined ? anything : orNothing(constant);
}

/** What it can be where the session leaves out all that it is made of. */
function valuesBySession(field: BoundField, place: Place): Values | undefined {
  const { needs, otherwise } = essentialsOf(field);
  const { supplies } = place;
  const left = needs.find((need) => supplies.supplyOf(need, place) === "none");
  if (left === undefined) return undefined;
  const limit: Limit = { kind: "session", mends: supplies.mendsOf(left, place) };
  // Of no thread at all nothing is said.
  if (otherwise === undefined || left === "context:thread_id") return nothing(limit);
  return { ...exactly([otherwise], limit), absent: true };
}

function orNothing(value: FieldValue): Values {
  return { absent: true, present: [value], limit: { kind: "one-value", values: [value], why: undefined } };
}
