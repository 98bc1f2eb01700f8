import { getPriority } from "node:os";
import { beforeAll, expect, test } from "vitest";
import { build, run } from "./built.ts";
import { socketPath } from "./collect.ts";

beforeAll(build);

test.each([
  ["is what it was once nothing is to be read", []],
  ["stays what somebody else has set", ["3"]],
])("the reader's nice value %s", async (_, more) => {
  const { stdout, stderr } = await run("nice", [socketPath(), ...more]);
  expect(stderr).toBe("");
  const usual = getPriority();
  // Where the process may not lower it, it never changes.
  expect(JSON.parse(stdout)).toEqual({
    first: usual,
    lower: expect.any(Boolean),
    last: usual + Number(more[0] ?? 0),
  });
});
