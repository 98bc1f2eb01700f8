import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const demo = fileURLToPath(new URL("../../examples/demo/dist/demo.js", import.meta.url));

test("the demo raises every kind of alert of its recording", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [demo], {
    encoding: "utf8",
    timeout: 30_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  for (const rule of [
    "Secret file read by a program that has no need to",
    "Package manager started",
    "File below a binary directory opened for writing",
    "File below / or /root opened for writing",
    "Program run from memory",
    "Shell wired to the network",
  ]) {
    expect(stdout).toContain(rule);
  }
  expect(stdout).toMatch(
    /1212 messages, 1215 events, \d+ alerts, 0 dropped points in [\d.]+ s: \d+ messages a second/,
  );
});
