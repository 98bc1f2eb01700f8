import type { FieldValue } from "../fields/field.ts";
import type { Mend } from "./mend.ts";

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
