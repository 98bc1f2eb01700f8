import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Budget, type Held } from "./budget.ts";

class Thing implements Held {
  bytes = 0;
  forgotten = 0;

  forget(): void {
    this.forgotten++;
  }
}

function things(budget: Budget, ...sizes: number[]): Thing[] {
  return sizes.map((size) => {
    const thing = new Thing();
    budget.charge(thing, size);
    return thing;
  });
}

describe("Budget", () => {
  it("adds up what is charged and released", () => {
    const budget = new Budget(100);
    const [one, two] = things(budget, 10, 20) as [Thing, Thing];
    budget.charge(one, 5);
    budget.charge(two, -15);
    expect([budget.used, one.bytes, two.bytes]).toEqual([20, 15, 5]);
    budget.release(one);
    budget.release(one);
    expect([budget.used, one.bytes, budget.forgotten]).toEqual([5, 0, 0]);
    budget.charge(two, -5);
    budget.charge(two, 7);
    expect(budget.used).toBe(7);
  });

  it("forgets the oldest of what is large until an eighth is free", () => {
    const budget = new Budget(80);
    const held = things(budget, 20, 20, 20, 20, 5);
    expect(held.map(({ forgotten }) => forgotten)).toEqual([1, 0, 0, 0, 0]);
    expect([budget.used, budget.forgotten]).toEqual([65, 1]);
  });

  it("lets a flood wash away the flood, and not what is small", () => {
    const budget = new Budget(1000);
    const small = things(budget, 5, 5, 5);
    const flood = things(budget, ...new Array(50).fill(100));
    expect(small.every(({ forgotten }) => forgotten === 0)).toBe(true);
    expect(flood.at(-1)?.forgotten).toBe(0);
    expect(budget.used).toBeLessThanOrEqual(1000);
    expect(budget.forgotten).toBe(flood.filter(({ forgotten }) => forgotten === 1).length);
  });

  it("forgets first what takes more than half of it, even the newest", () => {
    const budget = new Budget(100);
    const [small, large] = things(budget, 20, 50) as [Thing, Thing];
    budget.charge(large, 40);
    expect([budget.used, small.forgotten, large.forgotten]).toEqual([20, 0, 1]);
    expect(things(budget, 1000)[0]).toMatchObject({ bytes: 0, forgotten: 1 });
    expect([budget.used, small.forgotten]).toEqual([20, 0]);
  });

  it("stays within its limit whatever is charged, and comes to an end", () => {
    const charges = fc.array(fc.record({ which: fc.nat(9), bytes: fc.nat(120) }), { maxLength: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), charges, (limit, all) => {
        const budget = new Budget(limit);
        const held = Array.from({ length: 10 }, () => new Thing());
        for (const { which, bytes } of all) {
          const thing = held[which] as Thing;
          budget.charge(thing, bytes - thing.bytes);
          expect(budget.used).toBeLessThanOrEqual(limit);
          expect(budget.used).toBe(held.reduce((sum, each) => sum + each.bytes, 0));
        }
      }),
    );
  });
});
