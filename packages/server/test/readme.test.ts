import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { point, socketPath, startSentry, until } from "./sentry.ts";

test("the example of the README runs, and ends when it is told to", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1];
  expect(example).toContain("/run/sentrytap.sock");
  const path = socketPath();
  // Beside the package, so that it finds it; without `await using`, which Node.js does not know before 24.
  const folder = mkdtempSync(fileURLToPath(new URL("readme-", import.meta.url)));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = `${folder}/example.mjs`;
  const source = String(example).replace("/run/sentrytap.sock", path).replace("await using", "const");
  writeFileSync(program, source);
  const child = spawn(process.execPath, [program]);
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (data) => (output += data));
  child.stderr.on("data", (data) => (output += data));
  const exit = once(child, "exit");
  // Its file is there a moment before it listens.
  const sentry = await vi.waitFor(() => startSentry(path), { timeout: 20_000, interval: 10 });
  await sentry.send(point(1, { containerId: "box", droppedCount: 7 }));
  await until(() => output.includes("MESSAGE_SYSCALL_RAW"), "the message");
  child.kill("SIGTERM");
  expect(await exit).toEqual([0, null]);
  expect(output).toMatch(/^connected: .*node/);
  expect(output).toContain("box lost 7 points\n");
  expect(output).toContain("box MESSAGE_SYSCALL_RAW\n");
});
