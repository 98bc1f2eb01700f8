// Programs that behave as a runsc might.
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getuid, seteuid } from "node:process";
import { createRunsc, type Runsc, type RunscOptions } from "@sentrytap/runsc";
import { onTestFinished } from "vitest";

/** A folder for one test. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-runsc-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A driver of a program that does what `script`, of sh, says. `$folder` is a folder for it, which is also the root. */
export function fakeRunsc(
  script: string,
  options: Partial<RunscOptions> = {},
): { readonly runsc: Runsc; readonly folder: string } {
  const folder = testFolder();
  const path = join(folder, "runsc");
  writeFileSync(path, `#!/bin/sh\nfolder='${folder}'\n${script}\n`);
  chmodSync(path, 0o755);
  return { runsc: createRunsc({ path, root: folder, ...options }), folder };
}

/** For the rest of a test that root runs: be somebody else, to whom the folder belongs. */
export function asNobody(folder: string): void {
  const nobody = 65_534;
  if (getuid?.() !== 0) return;
  chownSync(folder, nobody, nobody);
  seteuid?.(nobody);
  onTestFinished(() => seteuid?.(0));
}
