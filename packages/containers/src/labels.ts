import { keepWithin } from "./keep-within.ts";

/** Values that are longer are left out, as Falco's container plugin leaves them out (its option `label_max_len`). */
const maxValue = 100;

/** How much of all labels of a container is kept, in UTF-16 units. */
const maxSize = 16_384;

/** The labels of a container or pod. */
export function labelsFrom(entries: Iterable<readonly [string, unknown]>): Readonly<Record<string, string>> {
  const short: (readonly [string, string])[] = [];
  for (const [name, value] of entries) {
    if (typeof value === "string" && value.length <= maxValue) short.push([name, value]);
  }
  return Object.fromEntries(keepWithin(short, maxSize, (label) => label));
}
