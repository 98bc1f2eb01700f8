/**
 * A stream of non-empty batches: what flows between the stages of a pipeline.
 *
 * Stages hand each other batches and not single items because awaiting every item costs more than handling it.
 * Inside a batch everything is synchronous; backpressure is the consumer not asking for the next batch.
 *
 * Most streams have one consumer: where a source says so, iterating it a second time throws.
 */
export type Batches<T> = AsyncIterable<readonly T[]>;

/**
 * The items of `source` one at a time, for people. Stages among themselves keep to batches.
 *
 * Breaking out of the loop, or throwing in it, closes `source`.
 *
 * @example
 * for await (const alert of flat(alerts)) console.log(alert.rule);
 */
export async function* flat<T>(source: Batches<T>): AsyncGenerator<T, void, undefined> {
  for await (const batch of source) yield* batch;
}
