import { pipe } from "@sentrytap/core";
import { decodeFrame, encodeFrame, type StreamItem } from "@sentrytap/wire";
import { expect, it } from "vitest";
import { box, message } from "../test/message.ts";
import { events } from "./events.ts";

it("makes a stage of it", async () => {
  async function* messages(): AsyncGenerator<readonly StreamItem[]> {
    yield [decodeFrame(box, Uint8Array.of(1, 2, 3)), decodeFrame(box, encodeFrame(999, new Uint8Array(0)))];
    yield [message("SYSCALL_READ"), decodeFrame(box, new Uint8Array(0)), message("CONTAINER_START")];
  }
  const batches: string[][] = [];
  for await (const batch of pipe(messages(), events())) batches.push(batch.map(({ type }) => type));
  expect(batches).toEqual([
    ["gap", "gap"],
    ["read", "gap", "container_start", "clone", "execve"],
  ]);
});
