/** What one side says of a field; 64-bit times are decimal text. */
export type Value = string | number | boolean | null;

/** The fields of one event, by name: those of `fields.ts`, and its arguments as `argument NAME`. */
export type Values = Readonly<Record<string, Value>>;

/** What `values` has for `field`: nothing is null. */
export function fieldOf(values: Values, field: string): Value {
  return values[field] ?? null;
}
