import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/** A file of the reference, decompressed where its name ends with .zst. */
export function readReference(path: string): string {
  return readBytes(folder + path).toString("utf8");
}

function readBytes(path: string): Buffer {
  return path.endsWith(".zst")
    ? execFileSync("zstd", ["-dc", path], { maxBuffer: 1 << 30 })
    : readFileSync(path);
}

/** One condition, and what Falco says of it. */
export interface ConditionCase {
  readonly condition: string;
  readonly ok: boolean;
  readonly error?: string;
  readonly warnings?: readonly string[];
}

/** Rules files, and what Falco says after each. */
export interface LoaderCase {
  readonly case: string;
  readonly files: readonly string[];
  readonly results: readonly {
    readonly ok: boolean;
    readonly errors: readonly string[];
    readonly warnings: readonly string[];
  }[];
}

/** An output, and what Falco prints for one event. */
export interface OutputCase {
  readonly trace: string;
  readonly format: string;
  readonly "evt.type": string;
  readonly time: string;
  readonly output: string;
  readonly output_fields: Readonly<Record<string, unknown>>;
}

/** JSON whose long integers JavaScript would round: they become strings that begin with #. */
export function parseExact(text: string): unknown {
  return JSON.parse(text.replace(/([:,[])(-?\d{16,})(?=[,}\]])/g, '$1"#$2"'));
}

/** Names of the recordings that Falco was run on, and that made alerts or not. */
export function recordings(): readonly string[] {
  return readdirSync(`${folder}traces/falco`)
    .filter((file) => file.endsWith(".alerts.jsonl"))
    .map((file) => file.replace(".alerts.jsonl", ""));
}

let temporary: string | undefined;

/** Path of a recording's tracereplay file. */
export function recordingPath(name: string): string {
  const path = `${folder}traces/${name}.trace`;
  if (existsSync(path)) return path;
  temporary ??= mkdtempSync(join(process.env["SENTRYTAP_TEST_FOLDER"] ?? tmpdir(), "rules-"));
  const plain = join(temporary, `${name}.trace`);
  if (!existsSync(plain)) writeFileSync(plain, readBytes(`${path}.zst`));
  return plain;
}
