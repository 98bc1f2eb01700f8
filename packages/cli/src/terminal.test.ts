import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { Terminal } from "./terminal.ts";

test("waiting for a slow reader leaves nothing behind", async () => {
  const stdout = new PassThrough({ highWaterMark: 1 });
  const terminal = new Terminal({ stdout, stderr: new PassThrough() });
  const listeners = (): number => stdout.listenerCount("close") + stdout.listenerCount("error");
  const before = listeners();
  for (let i = 0; i < 20; i++) {
    const printed = terminal.print(["line"]);
    setImmediate(() => stdout.read());
    await printed;
  }
  expect(listeners()).toBe(before);
  expect(terminal.closed).toBe(false);
});

test("a reader that goes ends the waiting", async () => {
  const stdout = new PassThrough({ highWaterMark: 1 });
  const terminal = new Terminal({ stdout, stderr: new PassThrough() });
  const printed = terminal.print(["line"]);
  stdout.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
  await printed;
  expect(terminal.closed).toBe(true);
});
