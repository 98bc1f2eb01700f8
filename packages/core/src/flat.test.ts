import { describe, expect, it } from "vitest";
import type { Batches } from "./batches.ts";
import { flat } from "./flat.ts";
import { expand, pipe, stage } from "./stage.ts";

/** A source that tells whether it was closed. */
function source<T>(batches: readonly (readonly T[])[]): { stream: Batches<T>; closed: () => boolean } {
  let closed = false;
  async function* run(): AsyncGenerator<readonly T[]> {
    try {
      yield* batches;
    } finally {
      closed = true;
    }
  }
  return { stream: run(), closed: () => closed };
}

describe("flat", () => {
  it("gives the items of all batches in order", async () => {
    const items: number[] = [];
    for await (const item of flat(source([[1, 2], [3], [4, 5, 6]]).stream)) items.push(item);
    expect(items).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("closes the source on break, also in the middle of a batch", async () => {
    const { stream, closed } = source([
      [1, 2, 3],
      [4, 5],
    ]);
    for await (const item of flat(stream)) if (item === 2) break;
    expect(closed()).toBe(true);
  });

  it("closes the source where the loop throws", async () => {
    const { stream, closed } = source([[1, 2, 3]]);
    const loop = async (): Promise<void> => {
      for await (const item of flat(stream)) if (item === 2) throw new Error("enough");
    };
    await expect(loop()).rejects.toThrow("enough");
    expect(closed()).toBe(true);
  });

  it("lets an error of the source through", async () => {
    const failing: Batches<number> = {
      async *[Symbol.asyncIterator]() {
        yield [1];
        throw new Error("broken");
      },
    };
    const items: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const item of flat(failing)) items.push(item);
    };
    await expect(loop()).rejects.toThrow("broken");
    expect(items).toEqual([1]);
  });

  it("has each item made when it is asked for, and no later one before", async () => {
    let made = 0;
    const counted = stage("counted", (n: number) => {
      made++;
      return n;
    });
    const twice = expand("twice", (n: number, emit: (n: number) => void) => {
      emit(n);
      emit(-n);
    });
    const seen: [number, number][] = [];
    for await (const n of flat(pipe(source([[1, 2], [3]]).stream, counted, twice))) seen.push([n, made]);
    expect(seen).toEqual([
      [1, 1],
      [-1, 1],
      [2, 2],
      [-2, 2],
      [3, 3],
      [-3, 3],
    ]);
  });

  it("gives what a stage made before it threw, and closes the source", async () => {
    const { stream, closed } = source([[1, 2, 3]]);
    const failing = expand("failing", (n: number, emit: (n: number) => void) => {
      emit(n);
      if (n === 2) throw new Error("broken");
    });
    const items: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const item of flat(pipe(stream, failing))) items.push(item);
    };
    await expect(loop()).rejects.toThrow("broken");
    expect(items).toEqual([1, 2]);
    expect(closed()).toBe(true);
  });

  it("closes the source of stages on break", async () => {
    const { stream, closed } = source([[1, 2, 3]]);
    for await (const n of flat(
      pipe(
        stream,
        stage("same", (n: number) => n),
      ),
    ))
      if (n === 2) break;
    expect(closed()).toBe(true);
  });
});
