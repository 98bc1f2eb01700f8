import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { a, b, c, gate, holding, type Item, item, read, Source } from "../test/hold-items.ts";
import type { Batches } from "./batches.ts";
import { hold } from "./hold.ts";

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
