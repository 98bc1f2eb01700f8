import type { Batches } from "./batches.ts";
import { HeldItems } from "./held-items.ts";
import type { Stage } from "./stage.ts";
import { TraceError } from "./trace-error.ts";

/** Options of {@link hold}. */
export interface HoldOptions<T> {
  /** Whose an item is: items of one key keep their order, and wait for no other key's. */
  readonly keyOf: (item: T) => object;
  /**
   * What an item waits for, and all behind it of its key; `undefined` for nothing. Asked of every item once, as it comes in.
   * A promise that is rejected ends the wait like one that is fulfilled. Whoever makes it limits its time.
   */
  readonly until: (item: T) => Promise<unknown> | undefined;
  /** What is kept of an item that waits, such as a copy of its part of a large buffer. Default: the item. */
  readonly keep?: (item: T) => T;
  /** How much an item counts for `maxSize`. Default: each counts 1. */
  readonly sizeOf?: (item: T) => number;
  /**
   * How much of one key may wait, as `sizeOf` counts; of all keys together four times that. Beyond it whatever waits of the
   * key goes on early, and where all together are too much, that of the key with the most. Default 65,536.
   */
  readonly maxSize?: number;
}

/** What has become of the items of a {@link HoldStage}. */
export interface HoldStats {
  /** Items that wait now. */
  readonly held: number;
  /** Items that have waited for what they had to. */
  readonly released: number;
  /** Items that went on before that, because too much waited. */
  readonly early: number;
}

/** The stage that {@link hold} makes. */
export interface HoldStage<T> extends Stage<T, T> {
  /** Figures of all its streams together. */
  stats(): HoldStats;
}

/**
 * A stage that holds back the items of one key, from one on, until a promise settles. Those of other keys go on; items of one
 * key keep their order; nothing is lost or doubled.
 *
 * At the source's end, and where it fails, what waits is waited for, and the end or the error comes after it. Breaking off
 * drops what waits and closes the source; where that has been asked for more, its answer is not waited for.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where `maxSize` is no positive number.
 *
 * @example
 * const seeded = hold({ keyOf: (message: Message) => message.sandbox, until: ({ sandbox }) => seeding.get(sandbox) });
 */
export function hold<T>({
  keyOf,
  until,
  keep = (item) => item,
  sizeOf = () => 1,
  maxSize = 65_536,
}: HoldOptions<T>): HoldStage<T> {
  if (!(maxSize > 0)) {
    throw new TraceError("ERR_INVALID_ARGUMENT", `maxSize must be a positive number, and is ${maxSize}`);
  }
  const options = { keyOf, until, keep, sizeOf, maxSize };
  const counts = { held: 0, released: 0, early: 0 };
  const run = (source: Batches<T>): Batches<T> => ({
    [Symbol.asyncIterator]: () => iterate(source, new HeldItems(options, counts)),
  });
  Object.defineProperty(run, "name", { value: "hold" });
  return Object.assign(run, { stats: () => ({ ...counts }) });
}

type Next<T> = Promise<IteratorResult<readonly T[]>>;

async function* iterate<T>(
  source: Batches<T>,
  held: HeldItems<T>,
): AsyncGenerator<readonly T[], void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let coming: Next<T> | undefined;
  let isOpen = true; // the source has neither ended nor failed
  let failure: { readonly error: unknown } | undefined;
  try {
    while ((isOpen && failure === undefined) || !held.isEmpty) {
      try {
        if (isOpen && failure === undefined) coming ??= ask(iterator);
        const next = await held.nextOf(coming);
        if (next !== undefined) coming = undefined;
        if (next?.done === true) isOpen = false;
        else for (const item of next?.value ?? []) held.add(item);
      } catch (error) {
        // Where the source failed, it is still what is coming.
        if (coming !== undefined) isOpen = false;
        coming = undefined;
        failure = { error };
      }
      const ready = held.take();
      if (ready.length > 0) yield ready;
    }
  } finally {
    held.drop();
    // What failed first is what is told.
    if (isOpen) await close(iterator, coming !== undefined || failure !== undefined);
  }
  if (failure !== undefined) throw failure.error;
}

async function ask<T>(iterator: AsyncIterator<readonly T[]>): Next<T> {
  return iterator.next();
}

/** A generator that has been asked for more closes when that has come: who breaks off does not wait for it. */
async function close<T>(iterator: AsyncIterator<readonly T[]>, isLeft: boolean): Promise<void> {
  const closed = iterator.return?.();
  if (isLeft) closed?.catch(() => undefined);
  else await closed;
}
