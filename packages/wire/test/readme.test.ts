import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { tracePath } from "../../../test/traces/index.ts";

test("the example of the README runs", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1];
  expect(example).toContain('"sandbox.trace"');
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-readme-"));
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    const path = join(folder, "example.ts");
    writeFileSync(path, String(example).replace("sandbox.trace", tracePath("cat_shadow.2024")));
    await import(/* @vite-ignore */ path);
    expect(log.mock.calls).toContainEqual(["cat", "opened", "/etc/shadow", "as", expect.any(Number)]);
  } finally {
    log.mockRestore();
    rmSync(folder, { recursive: true });
  }
});
