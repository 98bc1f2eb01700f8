import type { FieldValue } from "../fields/field.ts";
import type { Mend } from "./supplies.ts";

/** Why a field has no value on some events, or only ever the same. */
export type Limit =
  /** On no event: nothing in the stream tells. */
  | { readonly kind: "never-filled"; readonly why: string }
  /** Only a source outside the sandbox tells, which is not there. */
  | { readonly kind: "filled-by"; readonly source: string }
  /** Not on events of this type; `fits`: though Falco would have it there. */
  | { readonly kind: "no-value"; readonly why: string; readonly fits?: boolean }
  /** It is always the same on events of this type. */
  | { readonly kind: "one-value"; readonly values: readonly FieldValue[]; readonly why: string | undefined }
  /** The session leaves out what it comes from. */
  | { readonly kind: "session"; readonly mends: readonly Mend[] };

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

/** Any value, or none: nothing is known. */
export const anything: Values = { absent: true, present: "any" };

/** No value, and why. */
export function nothing(limit: Limit): Values {
  return { absent: true, present: [], limit };
}

/** These values and no others, always one of them. */
export function exactly(present: readonly FieldValue[], limit?: Limit): Values {
  return limit === undefined ? { absent: false, present } : { absent: false, present, limit };
}
