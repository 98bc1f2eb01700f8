import type { Batches } from "./batches.ts";

/**
 * One step of a pipeline: a stream of batches in, a stream of batches out. Make one with {@link stage} for work on
 * single items, or write the function yourself for anything else.
 */
export interface Stage<In, Out> {
  /** Names the stage in errors and measurements. */
  readonly name: string;
  (source: Batches<In>): Batches<Out>;
}

/** What a per-item stage does with an item: the item that goes on, or `undefined` to drop it. */
export type Each<In, Out> = (item: In) => Out | undefined;

const each: unique symbol = Symbol("each");

/** A stage made by {@link stage}, whose per-item function {@link pipe} can run back to back with its neighbours'. */
interface ItemStage<In, Out> extends Stage<In, Out> {
  readonly [each]: Each<In, Out>;
}

/**
 * A stage that maps every item, or drops it where `eachItem` returns `undefined`.
 *
 * @example
 * const failures = stage("failures", (event: Event) => (event.errno === undefined ? undefined : event));
 */
export function stage<In, Out>(name: string, eachItem: Each<In, Out>): Stage<In, Out> {
  const run = async function* (source: Batches<In>): AsyncGenerator<readonly Out[], void, undefined> {
    for await (const batch of source) {
      const out: Out[] = [];
      for (const item of batch) {
        const mapped = eachItem(item);
        if (mapped !== undefined) out.push(mapped);
      }
      if (out.length > 0) yield out;
    }
  };
  Object.defineProperty(run, "name", { value: name });
  return Object.assign(run, { [each]: eachItem });
}

/**
 * Runs `source` through `stages`, in order.
 *
 * Neighbouring stages made by {@link stage} run as one: an item passes all of them before the next item enters the
 * first. So a stage that keeps state and a stage behind it that reads this state see the same moment, and nothing is
 * buffered in between.
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
export function pipe(source: Batches<unknown>, ...stages: readonly Stage<unknown, unknown>[]): Batches<unknown> {
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
  const [before, after] = [first[each], second[each]];
  return stage(`${first.name}+${second.name}`, (item) => {
    const between = before(item);
    return between === undefined ? undefined : after(between);
  });
}

function isItemStage(value: Stage<unknown, unknown>): value is ItemStage<unknown, unknown> {
  return each in value;
}
