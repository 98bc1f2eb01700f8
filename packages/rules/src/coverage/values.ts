import type { FieldValue } from "../fields/field.ts";
import type { Limit } from "./limit.ts";

/** What a field can be on events of some kind; more than it ever is, never less. */
export interface Values {
  /** Whether it can have no value. */
  readonly absent: boolean;
  /** The values that it can have; `any` where that is not known. */
  readonly present: "any" | readonly FieldValue[];
  /** Of a number that can be anything else, the least. */
  readonly least?: number;
  /** Why it cannot be more. */
  readonly limit?: Limit;
}

export const anything: Values = { absent: true, present: "any" };

/** No value, and why. */
export function nothing(limit: Limit): Values {
  return { absent: true, present: [], limit };
}

/** These values and no others, always one of them. */
export function exactly(present: readonly FieldValue[], limit?: Limit): Values {
  return limit === undefined ? { absent: false, present } : { absent: false, present, limit };
}

/** As `values`, or none. */
export function orAbsent(values: Values): Values {
  return { ...values, absent: true };
}
