import type { Pair } from "./align.ts";
import type { History } from "./history.ts";
import type { Known } from "./known.ts";
import { fieldOf, type Value } from "./values.ts";

/** A field of one event of which the two sides say something else. */
export interface Difference {
  readonly pair: Pair;
  readonly field: string;
  readonly ours: Value;
  readonly falco: Value;
}

/** Fields that differ for one cause. */
export interface DifferenceClass extends Known {
  /** The fields in which it can show. */
  readonly fields: readonly string[];
  /** Whether later events of the thread that differ in the very same way are of this class, too. */
  readonly lasts?: boolean;
  /** Whether this is the cause of a difference in one of the fields: as narrow as can be. */
  explains(difference: Difference, history: History): boolean;
}

/** All fields that either side knows, of an event, in which the two differ. */
export function differencesOf(pair: Pair): readonly Difference[] {
  const found: Difference[] = [];
  const { ours, falco } = pair;
  for (const field of new Set([...Object.keys(ours.values), ...Object.keys(falco)])) {
    const [one, other] = [fieldOf(ours.values, field), fieldOf(falco, field)];
    if (one !== other) found.push({ pair, field, ours: one, falco: other });
  }
  return found;
}
