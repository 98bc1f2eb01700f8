import { describe, expectTypeOf, test } from "vitest";
import { type Batches, type ErrorCode, expand, flat, pipe, type Stage, stage, TraceError } from "./index.ts";

declare const numbers: Batches<number>;
const print = stage("print", (n: number) => String(n));
const letters = expand<string, "a" | "b">("letters", (_text, emit) => emit("a"));

describe("stage", () => {
  test("takes its types from the function", () => {
    expectTypeOf(print).toEqualTypeOf<Stage<number, string>>();
    expectTypeOf(stage("some", (n: number) => (n > 1 ? n : undefined))).toEqualTypeOf<
      Stage<number, number>
    >();
    expectTypeOf(print(numbers)).toEqualTypeOf<Batches<string>>();
  });

  test("does not take other items", () => {
    // @ts-expect-error: a stage of strings cannot be fed numbers
    letters(numbers);
  });
});

describe("pipe", () => {
  test("gives what the last stage makes", () => {
    expectTypeOf(pipe(numbers)).toEqualTypeOf<Batches<number>>();
    expectTypeOf(pipe(numbers, print)).toEqualTypeOf<Batches<string>>();
    expectTypeOf(pipe(numbers, print, letters)).toEqualTypeOf<Batches<"a" | "b">>();
    const back = stage("back", (text: string) => text.length);
    expectTypeOf(pipe(numbers, print, back, print, back, print, letters)).toEqualTypeOf<Batches<"a" | "b">>();
  });

  test("infers a function's parameter from the stage before", () => {
    pipe(
      numbers,
      print,
      stage("length", (text) => {
        expectTypeOf(text).toEqualTypeOf<string>();
        return text.length;
      }),
    );
  });

  test("refuses neighbours that do not fit", () => {
    // @ts-expect-error: letters takes strings
    pipe(numbers, letters);
    // @ts-expect-error: print makes strings, and takes none
    pipe(numbers, print, print);
  });
});

test("flat gives items", () => {
  expectTypeOf(flat(numbers)).toExtend<AsyncIterable<number>>();
});

test("batches cannot be changed", async () => {
  for await (const batch of numbers) {
    // @ts-expect-error: a batch belongs to whoever made it
    batch.push(1);
  }
});

test("error codes are a closed set", () => {
  expectTypeOf(new TraceError("ERR_CLOSED", "").code).toEqualTypeOf<ErrorCode>();
  // @ts-expect-error: no such code
  new TraceError("ERR_SOMETHING", "");
});
