// What the tests of hold() share: items, what they wait for, and where they come from.
import { expect } from "vitest";
import type { Batches } from "../src/batches.ts";
import { type HoldStage, hold } from "../src/hold.ts";

export interface Item {
  readonly key: object;
  readonly number: number;
  /** What it waits for. */
  readonly gate?: Promise<unknown>;
}

export const [a, b, c] = [{ key: "a" }, { key: "b" }, { key: "c" }];

/** A promise and the way to settle it. */
export function gate(): { promise: Promise<unknown>; open: () => void; fail: () => void } {
  let open = (): void => {};
  let fail = (): void => {};
  const promise = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = () => reject(new Error("no answer"));
  });
  return { promise, open, fail };
}

export function item(key: object, number: number, waitsFor?: Promise<unknown>): Item {
  return waitsFor === undefined ? { key, number } : { key, number, gate: waitsFor };
}

export function holding(
  options: { maxSize?: number; sizeOf?: (item: Item) => number } = {},
): HoldStage<Item> {
  return hold({ keyOf: ({ key }) => key, until: (one) => one.gate, ...options });
}

/** A source that is told what to give, and when. */
export class Source implements Batches<Item> {
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
export function read(stream: Batches<Item>): {
  numbers: number[];
  done: Promise<void>;
  isDone: () => boolean;
} {
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

export async function* given(...batches: (readonly Item[])[]): AsyncGenerator<readonly Item[]> {
  yield* batches;
}
