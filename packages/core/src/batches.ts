/**
 * A stream of non-empty batches: what flows between the stages of a pipeline.
 *
 * Stages hand each other batches and not single items because awaiting every item costs more than handling it.
 * Inside a batch everything is synchronous; backpressure is the consumer not asking for the next batch.
 *
 * Most streams have one consumer: where a source says so, iterating it a second time throws.
 */
export type Batches<T> = AsyncIterable<readonly T[]>;
