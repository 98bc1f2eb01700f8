import type { TrackedEvent } from "@sentrytap/state";
import type { FieldContext, FieldCoverage, FieldType, FieldValue, Plurality } from "./field.ts";

/** A field with its argument: what a condition or an output reads. */
export interface BoundField {
  /** The field as written: `proc.aname[2]`. Equal names are equal fields. */
  readonly name: string;
  readonly type: FieldType;
  readonly many: Plurality | undefined;
  readonly filterOnly: boolean;
  /** Its type is known only when read: `evt.rawarg`. Functions and `val()` do not apply. */
  readonly dynamic: boolean;
  /** Using it gets a warning. */
  readonly deprecated: boolean;
  /** Value or, of a field with several, values. */
  readonly read: (
    event: TrackedEvent,
    context: FieldContext,
  ) => FieldValue | readonly FieldValue[] | undefined;
  readonly json: ((event: TrackedEvent, context: FieldContext) => FieldValue | undefined) | undefined;
  readonly format: ((value: FieldValue) => string) | undefined;
  readonly coverage: FieldCoverage;
}
