import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { a, b, c, gate, holding, type Item, item, read, Source } from "../test/hold-items.ts";

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
