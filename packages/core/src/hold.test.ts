import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { a, b, c, gate, given, holding, type Item, item, read, Source } from "../test/hold-items.ts";
import { flat } from "./flat.ts";
import { hold } from "./hold.ts";
import { pipe, stage } from "./stage.ts";

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
