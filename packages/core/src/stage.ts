import type { Batches } from "./batches.ts";

/**
 * One step of a pipeline: a stream of batches in, a stream of batches out. Make one with {@link stage} or
 * {@link expand} for work on single items, or write the function yourself for anything else.
 */
export interface Stage<In, Out> {
  /** What the stage is called, for people. */
  readonly name: string;
  (source: Batches<In>): Batches<Out>;
}

/** Hands an item on to what comes next. */
export type Emit<T> = (item: T) => void;

const bind: unique symbol = Symbol("bind");

/** A stage that works on single items, which {@link pipe} can run back to back with its neighbours. */
interface ItemStage<In, Out> extends Stage<In, Out> {
  /** The stage's work, for one stream: called once as the stream begins, then its result with every item. */
  readonly [bind]: (emit: Emit<Out>) => Emit<In>;
}

export const oneByOne: unique symbol = Symbol("oneByOne");

/** What comes out of stages that work on single items. */
interface Piped<T> extends Batches<T> {
  /** The same items, each made when it is asked for. */
  readonly [oneByOne]: () => AsyncGenerator<T, void, undefined>;
}

export function isPiped<T>(source: Batches<T>): source is Piped<T> {
  return oneByOne in source;
}

/**
 * A stage that maps every item, or drops it where `each` returns `undefined`.
 *
 * @example
 * const failures = stage("failures", (event: Event) => (event.failed ? event : undefined));
 */
export function stage<In, Out>(name: string, each: (item: In) => Out | undefined): Stage<In, Out> {
  return itemStage<In, Out>(name, (emit) => (item) => {
    const out = each(item);
    if (out !== undefined) emit(out);
  });
}

/** A stage that makes any number of items out of each: `each` calls `emit` with one after the other. */
export function expand<In, Out>(name: string, each: (item: In, emit: Emit<Out>) => void): Stage<In, Out> {
  return itemStage<In, Out>(name, (emit) => (item) => each(item, emit));
}

function itemStage<In, Out>(name: string, work: (emit: Emit<Out>) => Emit<In>): ItemStage<In, Out> {
  const run = (source: Batches<In>): Piped<Out> => ({
    [Symbol.asyncIterator]: () => iterate(source, work),
    [oneByOne]: () => iterateItems(source, work),
  });
  Object.defineProperty(run, "name", { value: name });
  return Object.assign(run, { [bind]: work });
}

async function* iterate<In, Out>(
  source: Batches<In>,
  work: (emit: Emit<Out>) => Emit<In>,
): AsyncGenerator<readonly Out[], void, undefined> {
  let out: Out[] = [];
  const each = work((item) => void out.push(item));
  for await (const batch of source) {
    try {
      for (const item of batch) each(item);
    } catch (error) {
      // What came before the item that failed is not lost with it.
      if (out.length > 0) yield out;
      throw error;
    }
    if (out.length === 0) continue;
    yield out;
    out = [];
  }
}

async function* iterateItems<In, Out>(
  source: Batches<In>,
  work: (emit: Emit<Out>) => Emit<In>,
): AsyncGenerator<Out, void, undefined> {
  const out: Out[] = [];
  const each = work((item) => void out.push(item));
  for await (const batch of source) {
    for (const item of batch) {
      try {
        each(item);
      } catch (error) {
        yield* out;
        throw error;
      }
      yield* out.splice(0);
    }
  }
}

/**
 * Runs `source` through `stages`, in order.
 *
 * Neighbouring stages made by {@link stage} and {@link expand} run as one: an item passes all of them before the next item enters the
 * first. So a stage that keeps state and a stage behind it that reads this state see the same moment, and nothing is
 * buffered in between.
 *
 * Where a stage throws, what it made before comes first, then the error. An error of `source` comes through as it is.
 * Breaking off, or an error, closes `source`. The result can be iterated again where `source` can.
 */
export function pipe<A>(source: Batches<A>): Batches<A>;
export function pipe<A, B>(source: Batches<A>, ab: Stage<A, B>): Batches<B>;
export function pipe<A, B, C>(source: Batches<A>, ab: Stage<A, B>, bc: Stage<B, C>): Batches<C>;
export function pipe<A, B, C, D>(
  source: Batches<A>,
  ab: Stage<A, B>,
  bc: Stage<B, C>,
  cd: Stage<C, D>,
): Batches<D>;
export function pipe<A, B, C, D, E>(
  source: Batches<A>,
  ab: Stage<A, B>,
  bc: Stage<B, C>,
  cd: Stage<C, D>,
  de: Stage<D, E>,
): Batches<E>;
export function pipe<A, B, C, D, E, F>(
  source: Batches<A>,
  ab: Stage<A, B>,
  bc: Stage<B, C>,
  cd: Stage<C, D>,
  de: Stage<D, E>,
  ef: Stage<E, F>,
): Batches<F>;
export function pipe<A, B, C, D, E, F, G>(
  source: Batches<A>,
  ab: Stage<A, B>,
  bc: Stage<B, C>,
  cd: Stage<C, D>,
  de: Stage<D, E>,
  ef: Stage<E, F>,
  fg: Stage<F, G>,
): Batches<G>;
export function pipe(
  source: Batches<unknown>,
  ...stages: readonly Stage<unknown, unknown>[]
): Batches<unknown> {
  return fuse(stages).reduce((stream, next) => next(stream), source);
}

function fuse(stages: readonly Stage<unknown, unknown>[]): Stage<unknown, unknown>[] {
  const fused: Stage<unknown, unknown>[] = [];
  for (const next of stages) {
    const last = fused.at(-1);
    if (last !== undefined && isItemStage(last) && isItemStage(next)) {
      fused[fused.length - 1] = fuseTwo(last, next);
    } else {
      fused.push(next);
    }
  }
  return fused;
}

function fuseTwo(
  first: ItemStage<unknown, unknown>,
  second: ItemStage<unknown, unknown>,
): Stage<unknown, unknown> {
  return itemStage(`${first.name}+${second.name}`, (emit) => first[bind](second[bind](emit)));
}

function isItemStage(value: Stage<unknown, unknown>): value is ItemStage<unknown, unknown> {
  return bind in value;
}
