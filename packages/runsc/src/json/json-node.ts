/** A value of a JSON text, and where it stands: from `offset` up to, and not with, `end`. */
export type JsonNode = { readonly offset: number; readonly end: number } & (
  | { readonly kind: "object"; readonly members: readonly JsonMember[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" }
);

/** A value of one kind. */
export type JsonNodeOf<Kind extends JsonNode["kind"]> = Extract<JsonNode, { readonly kind: Kind }>;

/** A key of an object with its value. */
export interface JsonMember {
  readonly key: string;
  readonly offset: number;
  readonly value: JsonNode;
}

/** What people call the kinds of values. */
export const kindNames: Readonly<Record<JsonNode["kind"], string>> = {
  object: "an object in braces",
  array: "a list in brackets",
  string: "a string in quotes",
  number: "a number",
  boolean: "true or false",
  null: "null",
};
