// Reads of a value that JSON.parse made; each throws a TypeError that says what was expected and what came.

/** An object of JSON. */
export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong(value, what, "an object");
  // An object that JSON.parse made.
  return value as Fields;
}

export function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(value, what, "a list");
  return value;
}

export function textOf(value: unknown, what: string): string {
  if (typeof value !== "string") throw wrong(value, what, "a string");
  return value;
}

export function integerOf(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw wrong(value, what, "an integer");
  return value;
}

function wrong(value: unknown, what: string, expected: string): TypeError {
  const came = value === undefined ? "nothing" : JSON.stringify(value);
  return new TypeError(
    `${what} must be ${expected}, and is ${came.length > 100 ? `${came.slice(0, 100)}...` : came}`,
  );
}
