/** `value` as JSON, in which large integers are text: for keys and messages. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part));
}
