import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// Falco's own answers, beside the checkout: tests that need them are skipped, and say so, where they are not there.

const folder = fileURLToPath(new URL("../../../../shared/", import.meta.url));

/** Whether Falco's answers and the zstd command are there; where not, a line on stderr says what is skipped. */
export function hasReference(what: string): boolean {
  const missing = existsSync(`${folder}conformance`) ? zstdMissing() : `no ${folder}conformance`;
  if (missing === undefined) return true;
  process.stderr.write(`SKIPPED: ${what} (${missing})\n`);
  return false;
}

function zstdMissing(): string | undefined {
  try {
    execFileSync("zstd", ["--version"]);
    return undefined;
  } catch {
    return "no zstd command";
  }
}

/** Where a file of the reference is. */
export function referencePath(path: string): string {
  return folder + path;
}

/** A file of the reference, decompressed where its name ends with .zst. */
export function readReference(path: string): string {
  return readBytes(path).toString("utf8");
}

/** The same, as it is. */
export function readBytes(path: string): Buffer {
  const whole = referencePath(path);
  return whole.endsWith(".zst")
    ? execFileSync("zstd", ["-dc", whole], { maxBuffer: 1 << 30 })
    : readFileSync(whole);
}
