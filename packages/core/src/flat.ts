import type { Batches } from "./batches.ts";
import { isPiped, oneByOne } from "./stage.ts";

/**
 * The items of `source` one at a time, for people. Stages among themselves keep to batches.
 *
 * Where `source` comes out of stages made by `stage` and `expand`, each item passes them when it is asked for: a stage that
 * keeps state is no further than the item that the loop has.
 *
 * Breaking out of the loop, or throwing in it, closes `source`.
 *
 * @example
 * for await (const alert of flat(alerts)) console.log(alert.rule);
 */
export function flat<T>(source: Batches<T>): AsyncGenerator<T, void, undefined> {
  return isPiped(source) ? source[oneByOne]() : itemsOf(source);
}

async function* itemsOf<T>(source: Batches<T>): AsyncGenerator<T, void, undefined> {
  for await (const batch of source) yield* batch;
}
