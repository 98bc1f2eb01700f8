import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Batches } from "./batches.ts";
import { flat } from "./flat.ts";
import { type HoldStage, hold } from "./hold.ts";
import { pipe, stage } from "./stage.ts";

interface Item {
  readonly key: object;
  readonly number: number;
  /** What it waits for. */
  readonly gate?: Promise<unknown>;
}

const [a, b, c] = [{ key: "a" }, { key: "b" }, { key: "c" }];

/** A promise and the way to settle it. */
function gate(): { promise: Promise<unknown>; open: () => void; fail: () => void } {
  let open = (): void => {};
  let fail = (): void => {};
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = () => reject(new Error("no answer"));
  });
  return { promise, open, fail };
}

function item(key: object, number: number, waitsFor?: Promise<unknown>): Item {
  return waitsFor === undefined ? { key, number } : { key, number, gate: waitsFor };
}

function holding(options: { maxSize?: number; sizeOf?: (item: Item) => number } = {}): HoldStage<Item> {
  return hold({ keyOf: ({ key }) => key, until: (one) => one.gate, ...options });
}

/** A source that is told what to give, and when. */
class Source implements Batches<Item> {
  asked = 0;
  closed = 0;
  #waiting: ((result: IteratorResult<readonly Item[]>) => void) | undefined;
  #refuse: ((error: unknown) => void) | undefined;
  #coming: IteratorResult<readonly Item[]>[] = [];

  give(...items: Item[]): void {
    this.#answer({ done: false, value: items });
  }

  end(): void {
    this.#answer({ done: true, value: undefined });
  }

  fail(error: unknown): void {
    this.#refuse?.(error);
  }

  #answer(result: IteratorResult<readonly Item[]>): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#coming.push(result);
    else waiting(result);
  }

  [Symbol.asyncIterator](): AsyncIterator<readonly Item[]> {
    return {
      next: () => {
        this.asked++;
        const ready = this.#coming.shift();
        if (ready !== undefined) return Promise.resolve(ready);
        return new Promise((resolve, reject) => {
          this.#waiting = resolve;
          this.#refuse = reject;
        });
      },
      return: async () => {
        this.closed++;
        return { done: true, value: undefined };
      },
    };
  }
}

/** Reads `stream` to its end in the background. */
function read(stream: Batches<Item>): { numbers: number[]; done: Promise<void>; isDone: () => boolean } {
  const numbers: number[] = [];
  let over = false;
  const loop = async (): Promise<void> => {
    try {
      for await (const batch of stream) {
        expect(batch.length).toBeGreaterThan(0);
        numbers.push(...batch.map(({ number }) => number));
      }
    } finally {
      over = true;
    }
  };
  return { numbers, done: loop(), isDone: () => over };
}

async function* given(...batches: (readonly Item[])[]): AsyncGenerator<readonly Item[]> {
  yield* batches;
}

describe("hold", () => {
  it("lets everything pass that waits for nothing", async () => {
    const reading = read(holding()(given([item(a, 1), item(b, 2)], [], [item(a, 3)])));
    await reading.done;
    expect(reading.numbers).toEqual([1, 2, 3]);
  });

  it("holds the items of one key from one on, and lets others pass", async () => {
    const { promise, open } = gate();
    const source = new Source();
    const stage = holding();
    const reading = read(stage(source));
    source.give(item(a, 1), item(b, 2), item(a, 3, promise), item(b, 4), item(a, 5));
    await setImmediate();
    expect(reading.numbers).toEqual([1, 2, 4]);
    expect(stage.stats()).toEqual({ held: 2, released: 0, early: 0 });
    source.give(item(a, 6), item(b, 7));
    await setImmediate();
    expect(reading.numbers).toEqual([1, 2, 4, 7]);
    open();
    await setImmediate();
    expect(reading.numbers).toEqual([1, 2, 4, 7, 3, 5, 6]);
    source.give(item(a, 8), item(b, 9));
    source.end();
    await reading.done;
    expect(reading.numbers).toEqual([1, 2, 4, 7, 3, 5, 6, 8, 9]);
    expect(stage.stats()).toEqual({ held: 0, released: 3, early: 0 });
  });

  it("gives what is released while the source is silent", async () => {
    const first = gate();
    const second = gate();
    const source = new Source();
    const reading = read(holding()(source));
    source.give(item(a, 1, first.promise), item(b, 2, second.promise));
    await setImmediate();
    expect(reading.numbers).toEqual([]);
    second.open();
    await setImmediate();
    expect(reading.numbers).toEqual([2]);
    first.open();
    await setImmediate();
    expect(reading.numbers).toEqual([2, 1]);
    source.end();
    await reading.done;
  });

  it("waits for each item's own promise, in order", async () => {
    const first = gate();
    const second = gate();
    const source = new Source();
    const reading = read(holding()(source));
    source.give(item(a, 1, first.promise), item(a, 2), item(a, 3, second.promise), item(a, 4));
    second.open();
    await setImmediate();
    expect(reading.numbers).toEqual([]);
    first.open();
    await setImmediate();
    expect(reading.numbers).toEqual([1, 2, 3, 4]);
    source.end();
    await reading.done;
  });

  it("asks each item once, as it comes in", async () => {
    const asked: number[] = [];
    const { promise, open } = gate();
    const until = ({ number }: Item): Promise<unknown> | undefined => {
      asked.push(number);
      return number === 1 ? promise : undefined;
    };
    const source = new Source();
    const reading = read(hold({ keyOf: ({ key }: Item) => key, until })(source));
    source.give(item(a, 1), item(a, 2), item(b, 3));
    await setImmediate();
    expect(asked).toEqual([1, 2, 3]);
    open();
    source.end();
    await reading.done;
    expect(asked).toEqual([1, 2, 3]);
  });

  it("releases on a rejection, and on promises that have settled already", async () => {
    const failing = gate();
    const source = new Source();
    const reading = read(holding()(source));
    const refused = Promise.reject(new Error("at once"));
    source.give(item(a, 1, failing.promise), item(b, 2, Promise.resolve()), item(c, 3, refused), item(b, 4));
    await setImmediate();
    expect(reading.numbers).toEqual([2, 4, 3]);
    failing.fail();
    await setImmediate();
    expect(reading.numbers).toEqual([2, 4, 3, 1]);
    source.end();
    await reading.done;
  });

  it("keeps what it is told to keep of items that wait", async () => {
    const { promise, open } = gate();
    const keep = (one: Item): Item => ({ ...one, number: -one.number });
    const source = new Source();
    const reading = read(hold({ keyOf: ({ key }: Item) => key, until: (one) => one.gate, keep })(source));
    source.give(item(a, 1), item(a, 2, promise), item(a, 3), item(b, 4));
    open();
    source.end();
    await reading.done;
    expect(reading.numbers.sort((x, y) => x - y)).toEqual([-3, -2, 1, 4]);
  });
});

describe("the end of a hold", () => {
  it("waits for what is pending, and gives it", async () => {
    const first = gate();
    const second = gate();
    const source = new Source();
    const reading = read(holding()(source));
    source.give(item(a, 1, first.promise), item(b, 2, second.promise), item(a, 3));
    source.end();
    await setImmediate();
    expect(reading.isDone()).toBe(false);
    second.open();
    await setImmediate();
    expect(reading.numbers).toEqual([2]);
    first.open();
    await reading.done;
    expect(reading.numbers).toEqual([2, 1, 3]);
    expect(source.closed).toBe(0);
  });

  it("lets an error of the source through after all that came before it", async () => {
    const { promise, open } = gate();
    const source = new Source();
    const reading = read(holding()(source));
    source.give(item(a, 1, promise), item(b, 2));
    await setImmediate();
    source.fail(new Error("broken"));
    await setImmediate();
    expect(reading.isDone()).toBe(false);
    open();
    await expect(reading.done).rejects.toThrow("broken");
    expect(reading.numbers).toEqual([2, 1]);
    expect(source.closed).toBe(0);
  });

  it("lets an error through of a source that throws when it is asked", async () => {
    const failing: Batches<Item> = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          throw new Error("at once");
        },
      }),
    };
    await expect(read(holding()(failing)).done).rejects.toThrow("at once");
  });

  it("gives what came before the item whose promise could not be made, and closes the source", async () => {
    const { promise, open } = gate();
    const until = ({ number, gate: waits }: Item): Promise<unknown> | undefined => {
      if (number === 4) throw new Error("four");
      return waits;
    };
    const source = new Source();
    const reading = read(hold({ keyOf: ({ key }: Item) => key, until })(source));
    source.give(item(a, 1), item(a, 2, promise), item(b, 3), item(b, 4), item(b, 5));
    await setImmediate();
    expect(reading.numbers).toEqual([1, 3]);
    open();
    await expect(reading.done).rejects.toThrow("four");
    expect(reading.numbers).toEqual([1, 3, 2]);
    expect(source.closed).toBe(1);
  });

  it("closes the source on break, and where the loop throws", async () => {
    for (const leave of ["break", "throw"]) {
      const source = new Source();
      const stage = holding();
      source.give(item(a, 1), item(a, 2, gate().promise));
      const loop = async (): Promise<void> => {
        for await (const _ of stage(source)) {
          if (leave === "throw") throw new Error("enough");
          break;
        }
      };
      if (leave === "throw") await expect(loop()).rejects.toThrow("enough");
      else await loop();
      expect(source.closed).toBe(1);
      expect(stage.stats()).toEqual({ held: 0, released: 0, early: 0 });
    }
  });

  it("does not wait, on break, for a source that gives no more", async () => {
    let closed = false;
    async function* silent(): AsyncGenerator<readonly Item[]> {
      try {
        yield [item(a, 1, Promise.resolve())];
        await new Promise(() => {});
      } finally {
        closed = true;
      }
    }
    for await (const batch of holding()(silent())) {
      expect(batch).toHaveLength(1);
      break;
    }
    expect(closed).toBe(false);
  });

  it("tells an error of closing, but not in place of what failed first", async () => {
    const failing = (error: Error): Batches<Item> => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: [item(a, 1)] }),
        return: () => Promise.reject(error),
      }),
    });
    const breaking = async (): Promise<void> => {
      for await (const _ of holding()(failing(new Error("not closed")))) break;
    };
    await expect(breaking()).rejects.toThrow("not closed");
    const until = (): never => {
      throw new Error("first");
    };
    const stream = hold({ keyOf: ({ key }: Item) => key, until })(failing(new Error("not closed")));
    await expect(read(stream).done).rejects.toThrow("first");
  });
});

describe("the bound of a hold", () => {
  it("lets a key go on where too much of it waits, in order, and counts it", async () => {
    const { promise, open } = gate();
    const stage = holding({ maxSize: 3 });
    const source = new Source();
    const reading = read(stage(source));
    source.give(item(a, 1, promise), item(a, 2), item(b, 3, promise), item(a, 4));
    await setImmediate();
    expect(reading.numbers).toEqual([]);
    source.give(item(a, 5), item(a, 6), item(b, 7));
    await setImmediate();
    expect(reading.numbers).toEqual([1, 2, 4, 5, 6]);
    expect(stage.stats()).toEqual({ held: 2, released: 0, early: 4 });
    open();
    source.end();
    await reading.done;
    expect(reading.numbers).toEqual([1, 2, 4, 5, 6, 3, 7]);
    expect(stage.stats()).toEqual({ held: 0, released: 2, early: 4 });
  });

  it("holds again behind items that went on early, whatever the promises before", async () => {
    const first = gate();
    const second = gate();
    const source = new Source();
    const reading = read(holding({ maxSize: 1 })(source));
    source.give(item(a, 1, first.promise), item(a, 2), item(a, 3, second.promise));
    await setImmediate();
    expect(reading.numbers).toEqual([1, 2]);
    first.open();
    await setImmediate();
    expect(reading.numbers).toEqual([1, 2]);
    second.open();
    source.end();
    await reading.done;
    expect(reading.numbers).toEqual([1, 2, 3]);
  });

  it("minds no rejection of what an item that went on early would have waited for", async () => {
    const refused = gate();
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    const source = new Source();
    const reading = read(holding({ maxSize: 1 })(source));
    source.give(item(a, 1, gate().promise), item(a, 2, refused.promise));
    refused.fail();
    source.end();
    await reading.done;
    await setImmediate();
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
    expect(reading.numbers).toEqual([1, 2]);
  });

  it("lets the key with the most go on where all together are too much", async () => {
    const { promise, open } = gate();
    const stage = holding({ maxSize: 3 });
    const source = new Source();
    const reading = read(stage(source));
    const keys = [a, b, c, {}, {}, {}];
    source.give(...keys.flatMap((key, i) => [item(key, 10 * i, promise), item(key, 10 * i + 1)]));
    await setImmediate();
    expect(reading.numbers).toEqual([]);
    source.give(item(b, 12));
    await setImmediate();
    expect(reading.numbers).toEqual([10, 11, 12]);
    expect(stage.stats()).toEqual({ held: 10, released: 0, early: 3 });
    open();
    source.end();
    await reading.done;
    expect(reading.numbers).toHaveLength(13);
  });

  it("counts as it is told", async () => {
    const { promise, open } = gate();
    const stage = holding({ maxSize: 100, sizeOf: ({ number }) => number });
    const source = new Source();
    const reading = read(stage(source));
    source.give(item(a, 101, promise), item(a, 60, promise), item(b, 100, promise), item(a, 41));
    await setImmediate();
    expect(reading.numbers).toEqual([101, 60, 41]);
    open();
    source.end();
    await reading.done;
    expect(stage.stats()).toEqual({ held: 0, released: 1, early: 3 });
  });

  it.each([0, -1, Number.NaN])("is no %s", (maxSize) => {
    expect(() => holding({ maxSize })).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
  });
});

describe("a hold among stages", () => {
  it("keeps those behind it in step with what they are asked for", async () => {
    let made = 0;
    const counted = stage("counted", ({ number }: Item) => {
      made++;
      return number;
    });
    const seen: [number, number][] = [];
    const source = given([item(a, 1, Promise.resolve()), item(b, 2)], [item(a, 3)]);
    for await (const number of flat(pipe(source, holding(), counted))) seen.push([number, made]);
    expect(seen.map(([, count]) => count)).toEqual([1, 2, 3]);
    expect(seen.map(([number]) => number).sort()).toEqual([1, 2, 3]);
  });
});

/** Items of up to four keys in batches; each may wait for one of some promises, which settle at some time or other. */
const scenes = fc.record({
  batches: fc.array(
    fc.array(fc.record({ key: fc.nat(3), gate: fc.option(fc.nat(5), { nil: undefined, freq: 2 }) }), {
      maxLength: 8,
    }),
    { maxLength: 12 },
  ),
  maxSize: fc.constantFrom(1, 2, 3, 5, 1_000),
  fails: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
});

describe("whatever comes, and whenever promises settle", () => {
  it("a hold loses nothing, doubles nothing, and keeps the order of each key", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), scenes, async (scheduler, { batches, maxSize, fails }) => {
        const keys = [{}, {}, {}, {}];
        const settled = new Set<Promise<unknown>>();
        const gates = fails.map((isFailing) => {
          const { promise, open, fail } = gate();
          promise.catch(() => undefined);
          void scheduler.schedule(Promise.resolve()).then(() => {
            settled.add(promise);
            (isFailing ? fail : open)();
          });
          return promise;
        });
        let number = 0;
        const items = batches.map((batch) =>
          batch.map(({ key, gate: waits }) =>
            item(keys[key] ?? {}, number++, waits === undefined ? undefined : gates[waits]),
          ),
        );
        async function* source(): AsyncGenerator<readonly Item[]> {
          for (const batch of items) yield await scheduler.schedule(Promise.resolve(batch));
        }
        const stage = holding({ maxSize });
        const out: Item[] = [];
        const reading = (async () => {
          for await (const batch of stage(source())) {
            for (const one of batch) {
              if (maxSize === 1_000 && one.gate !== undefined) expect(settled).toContain(one.gate);
              out.push(one);
            }
            expect(stage.stats().held).toBeLessThanOrEqual(4 * maxSize);
          }
        })();
        await scheduler.waitFor(reading);
        const all = items.flat();
        for (const key of keys) {
          const numbers = (list: readonly Item[]): number[] =>
            list.filter((one) => one.key === key).map((one) => one.number);
          expect(numbers(out)).toEqual(numbers(all));
        }
        const { held, released, early } = stage.stats();
        expect(held).toBe(0);
        expect(released + early).toBeLessThanOrEqual(all.length);
      }),
      { numRuns: 300 },
    );
  });

  it("a key without promises passes in the batch that it came in", async () => {
    await fc.assert(
      fc.asyncProperty(scenes, async ({ batches }) => {
        const free = {};
        const stage = holding();
        let number = 0;
        const items = batches.map((batch) => [
          ...batch.map(({ key }) => item([a, b, c][key] ?? free, number++)),
          item(free, number++),
        ]);
        const never = gate();
        const source = new Source();
        const reading = read(stage(source));
        source.give(item(a, -1, never.promise), item(b, -2, never.promise), item(c, -3, never.promise));
        for (const batch of items) {
          source.give(...batch);
          await setImmediate();
          const passed = batch.filter(({ key }) => key === free).map((one) => one.number);
          expect(reading.numbers.slice(-passed.length)).toEqual(passed);
        }
        never.open();
        source.end();
        await reading.done;
        expect(reading.numbers).toHaveLength(items.flat().length + 3);
      }),
      { numRuns: 50 },
    );
  });
});
