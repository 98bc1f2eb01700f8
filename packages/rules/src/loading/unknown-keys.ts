import { didYouMean } from "../nearest.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Item } from "./item.ts";

/** Warns of every key of an item that nothing reads. Falco ignores them, but its schema knows them not either. */
export function unknownKeys(
  item: Item,
  what: string,
  known: readonly string[],
  diagnostics: Diagnostics,
): void {
  for (const key of item.keys) {
    if (known.includes(key)) continue;
    const message = `a ${what} has no key "${key}", so it is ignored`;
    const hint = (): string => didYouMean(key, known, "take it out");
    diagnostics.warning("LOAD_UNKNOWN_KEY", message, item.context, item.offset(key), hint);
  }
}
