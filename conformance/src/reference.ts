import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// The recordings, and what Falco made of them: in ../shared, beside the checkout.

const folder = fileURLToPath(new URL("../../../shared/", import.meta.url));
const maxSize = 1 << 30;

/** Why there is nothing to compare with; `undefined` where all is there. */
export function missingReference(): string | undefined {
  if (!existsSync(`${folder}traces/falco`)) return `no ${folder}traces/falco`;
  try {
    execFileSync("zstd", ["--version"]);
    return undefined;
  } catch {
    return "no zstd command";
  }
}

/** A file of the reference as it was before it was compressed; `undefined` where there is none of that name. */
export function readReference(path: string): Uint8Array | undefined {
  if (existsSync(folder + path)) return readFileSync(folder + path);
  const packed = `${folder}${path}.zst`;
  return existsSync(packed) ? execFileSync("zstd", ["-dcq", packed], { maxBuffer: maxSize }) : undefined;
}

/** The same as text, which must be there. */
export function readText(path: string): string {
  const bytes = readReference(path);
  if (bytes === undefined) throw new Error(`the reference has no ${path}`);
  return new TextDecoder().decode(bytes);
}

/** Names of the recordings that Falco was run on, sorted: `touch_bin.2024`. */
export function recordingNames(): readonly string[] {
  return readdirSync(`${folder}traces/falco`)
    .filter((file) => file.endsWith(".alerts.jsonl"))
    .map((file) => file.slice(0, -".alerts.jsonl".length))
    .sort();
}
