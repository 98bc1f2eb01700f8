import { printableJson } from "sentrytap";

/** `value` as one line of JSON. What a sandbox or a file named with signs that a terminal would act on is escaped. */
export function jsonLine(value: unknown): string {
  return printableJson(JSON.stringify(value));
}
