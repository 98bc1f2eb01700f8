import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Batches } from "./batches.ts";
import { expand, pipe, type Stage, stage } from "./stage.ts";

interface Source<T> extends Batches<T> {
  opened: number;
  closed: number;
}

/** A source that can be iterated again, counts how often, and fails at its end where `error` is given. */
function source<T>(batches: readonly (readonly T[])[], error?: Error): Source<T> {
  return {
    opened: 0,
    closed: 0,
    async *[Symbol.asyncIterator]() {
      this.opened++;
      try {
        yield* batches;
        if (error !== undefined) throw error;
      } finally {
        this.closed++;
      }
    },
  };
}

async function collect<T>(stream: Batches<T>): Promise<(readonly T[])[]> {
  const batches: (readonly T[])[] = [];
  for await (const batch of stream) batches.push(batch);
  return batches;
}

const double = stage("double", (n: number) => n * 2);
const odd = stage("odd", (n: number) => (n % 2 === 1 ? n : undefined));
const twice = expand<number, number>("twice", (n, emit) => {
  emit(n);
  emit(n);
});
/** Written by hand, so that it is not run together with its neighbours. */
const byHand: Stage<number, number> = Object.defineProperty(
  async function* (numbers: Batches<number>) {
    for await (const batch of numbers) yield batch.map((n) => n + 1);
  },
  "name",
  { value: "by hand" },
);

describe("stage and expand", () => {
  it("map, drop and multiply", async () => {
    expect(await collect(double(source([[1, 2], [3]])))).toEqual([[2, 4], [6]]);
    expect(await collect(odd(source([[1, 2, 3]])))).toEqual([[1, 3]]);
    expect(await collect(twice(source([[1, 2]])))).toEqual([[1, 1, 2, 2]]);
  });

  it("keep falsy items, and drop undefined only", async () => {
    const zero = stage<number, unknown>("zero", (n) => [0, null, "", false][n]);
    expect(await collect(zero(source([[0, 1, 2, 3, 4]])))).toEqual([[0, null, "", false]]);
  });

  it("never make an empty batch", async () => {
    expect(await collect(odd(source([[2, 4], [1], [6], []])))).toEqual([[1]]);
  });

  it("do not touch a batch that they handed out", async () => {
    const [first, second] = await collect(double(source([[1], [2]])));
    expect(first).toEqual([2]);
    expect(second).toEqual([4]);
    expect(first).not.toBe(second);
  });

  it("have their names", () => {
    expect(double.name).toBe("double");
    expect(twice.name).toBe("twice");
  });

  it("begin anew with every stream", async () => {
    expect(await collect(double(source([[1]])))).toEqual([[2]]);
    expect(await collect(double(source([[2]])))).toEqual([[4]]);
  });
});

describe("pipe", () => {
  it("without stages is the source", () => {
    const numbers = source([[1]]);
    expect(pipe(numbers)).toBe(numbers);
  });

  it("runs neighbours as one, item by item", async () => {
    const order: string[] = [];
    const note = (name: string): Stage<number, number> =>
      stage(name, (n: number) => {
        order.push(`${name}${n}`);
        return n;
      });
    await collect(pipe(source([[1, 2]]), note("a"), note("b"), note("c")));
    expect(order).toEqual(["a1", "b1", "c1", "a2", "b2", "c2"]);
  });

  it("lets a stage see what the one before it knows of the same item", async () => {
    let latest = 0;
    const remember = stage("remember", (n: number) => {
      latest = n;
      return n;
    });
    const compare = stage("compare", (n: number) => n === latest);
    expect(await collect(pipe(source([[1, 2, 3]]), remember, compare))).toEqual([[true, true, true]]);
  });

  it("mixes them with stages written by hand", async () => {
    expect(await collect(pipe(source([[1, 2]]), double, byHand, twice, odd))).toEqual([[3, 3, 5, 5]]);
  });

  it("takes up to six stages", async () => {
    expect(await collect(pipe(source([[1]]), double, double, double, double, double, double))).toEqual([
      [64],
    ]);
  });

  it("asks for nothing before it is asked", async () => {
    const numbers = source([[1]]);
    const stream = pipe(numbers, double, byHand);
    expect(numbers.opened).toBe(0);
    await collect(stream);
    expect(numbers.opened).toBe(1);
  });

  it("can be iterated again where its source can", async () => {
    const stream = pipe(source([[1], [2]]), double, odd, twice);
    expect(await collect(stream)).toEqual(await collect(stream));
  });

  it.each([
    ["fused", [double, twice]],
    ["by hand", [byHand, double]],
  ] as const)("closes the source on break (%s)", async (_, [first, second]) => {
    const numbers = source([[1], [2], [3]]);
    for await (const _batch of pipe(numbers, first, second)) break;
    expect(numbers.closed).toBe(1);
  });

  it("lets an error of the source through, after all that came before it", async () => {
    const batches: (readonly number[])[] = [];
    const failing = pipe(source([[1], [2]], new Error("broken")), double, twice);
    const loop = async (): Promise<void> => {
      for await (const batch of failing) batches.push(batch);
    };
    await expect(loop()).rejects.toThrow("broken");
    expect(batches).toEqual([
      [2, 2],
      [4, 4],
    ]);
  });

  it("hands on what it made of a batch before the item that made a stage throw, and closes the source", async () => {
    const picky = stage("picky", (n: number) => {
      if (n === 3) throw new Error("not three");
      return n;
    });
    const numbers = source([[1, 2, 3, 4], [5]]);
    const batches: (readonly number[])[] = [];
    const loop = async (): Promise<void> => {
      for await (const batch of pipe(numbers, picky, twice)) batches.push(batch);
    };
    await expect(loop()).rejects.toThrow("not three");
    expect(batches).toEqual([[1, 1, 2, 2]]);
    expect(numbers.closed).toBe(1);
  });

  it("loses nothing and adds nothing, whatever the batches", async () => {
    const batches = fc.array(fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 9 }), {
      maxLength: 9,
    });
    await fc.assert(
      fc.asyncProperty(batches, fc.boolean(), async (given, apart) => {
        const out = await collect(
          apart ? pipe(source(given), double, byHand, odd, twice) : pipe(source(given), double, twice),
        );
        const numbers = given.flat().map((n) => n * 2);
        const expected = apart ? numbers.map((n) => n + 1).filter((n) => n % 2 === 1) : numbers;
        expect(out.flat()).toEqual(expected.flatMap((n) => [n, n]));
        expect(out.every((batch) => batch.length > 0)).toBe(true);
      }),
    );
  });
});
