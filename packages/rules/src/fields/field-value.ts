import type { FieldType, FieldTypes } from "./field.ts";

/** How JavaScript calls the values of fields that are no numbers. */
const kinds: Readonly<Partial<Record<FieldType, string>>> = {
  string: "string",
  ip: "string",
  net: "string",
  bytes: "string",
  boolean: "boolean",
  time: "bigint",
  duration: "bigint",
};

/** Whether `value`, which may come from anywhere, is one that a field of `type` can have. */
export function isValueOf<Type extends FieldType>(type: Type, value: unknown): value is FieldTypes[Type] {
  return typeof value === (kinds[type] ?? "number");
}
