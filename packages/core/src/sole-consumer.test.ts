import { expect, test } from "vitest";
import { soleConsumer } from "./sole-consumer.ts";

async function* numbers(): AsyncGenerator<number, void, undefined> {
  yield 1;
  yield 2;
}

test("lets one in, whatever becomes of it", async () => {
  const consumer = soleConsumer("a.sock", async () => {});
  expect(consumer.hasCome).toBe(false);
  const stream = consumer.open(numbers);
  expect(consumer.hasCome).toBe(true);
  const again = (): unknown => consumer.open(numbers);
  expect(again).toThrow(expect.objectContaining({ code: "ERR_STREAM_CONSUMED" }));
  expect(again).toThrow("the stream of a.sock has its consumer already");
  expect(await stream.next()).toEqual({ done: false, value: 1 });
  expect(await stream.return?.()).toEqual({ done: true, value: undefined });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  expect(again).toThrow();
});

test.each([true, false])(
  "hears at once that it is left, of a generator that has begun: %s",
  async (begun) => {
    let go = (): void => {};
    const left = new Promise<void>((resolve) => {
      go = resolve;
    });
    let ended = false;
    async function* waiting(): AsyncGenerator<number, void, undefined> {
      try {
        yield await left.then(() => 1);
      } finally {
        ended = true;
      }
    }
    const stream = soleConsumer("it", async () => go()).open(waiting);
    const next = begun ? stream.next() : undefined;
    await stream.return?.();
    await left;
    expect(await next).toEqual(begun ? { done: false, value: 1 } : undefined);
    expect(ended).toBe(begun);
  },
);

test("what leaving throws comes out", async () => {
  const consumer = soleConsumer("it", async () => {
    throw new Error("cannot be left");
  });
  await expect(consumer.open(numbers).return?.()).rejects.toThrow("cannot be left");
});
