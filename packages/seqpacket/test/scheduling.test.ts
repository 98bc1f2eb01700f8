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
  const { first, may, lower, last } = JSON.parse(stdout);
  expect(first).toBe(usual);
  // Where the process may not lower it, it never changes; -20 is the least.
  expect(lower).toBe(may ? Math.min(10, usual + 20) : 0);
  expect(last).toBe(usual + Number(more[0] ?? 0));
});
