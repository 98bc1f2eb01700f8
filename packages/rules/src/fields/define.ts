import type { ArgumentKind, Field, FieldType } from "./field.ts";

/** Checks a field against its types, and lets it stand in a list with others. */
export function define<Type extends FieldType, Kind extends ArgumentKind = "none">(
  field: Field<Type, Kind>,
): Field {
  // A registry hands `read` an argument of the field's own kind only.
  return field as unknown as Field;
}
