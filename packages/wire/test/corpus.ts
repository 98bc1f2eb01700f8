import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type DecodedMessage,
  packetsOf,
  parseDecoded,
  readTraceBytes,
  traceNames,
} from "../../../test/traces/index.ts";

// The recordings that the repository has, and the larger corpus beside it where there is one.

export interface Recording {
  readonly name: string;
  /** The whole tracereplay file. */
  file(): Uint8Array<ArrayBuffer>;
  packets(): readonly Uint8Array<ArrayBuffer>[];
}

function recording(name: string, file: () => Uint8Array<ArrayBuffer>): Recording {
  return { name, file, packets: () => packetsOf(file()) };
}

export const fixtures: readonly Recording[] = traceNames().map((name) =>
  recording(name, () => readTraceBytes(name)),
);

const folder = fileURLToPath(new URL("../../../../shared/traces/", import.meta.url));

/** Every recording of the larger corpus; empty, and said so on stderr, where it or the zstd command is missing. */
export function corpus(): readonly Recording[] {
  if (!available()) return [];
  return readdirSync(folder)
    .filter((file) => /\.trace(\.zst)?$/.test(file))
    .map((file) => recording(file.replace(/\.trace(\.zst)?$/, ""), () => readCompressed(folder + file)));
}

/** What the independent decoder made of a recording of the larger corpus; undefined where it has none. */
export function decodedOf(name: string): readonly DecodedMessage[] | undefined {
  const path = `${folder}decoded/${name}.jsonl.zst`;
  if (!existsSync(path)) return undefined;
  return parseDecoded(new TextDecoder().decode(readCompressed(path)));
}

function available(): boolean {
  const missing = !existsSync(folder) ? `no ${folder}` : !hasZstd() ? "no zstd command" : undefined;
  if (missing === undefined) return true;
  process.stderr.write(`SKIPPED: tests on the whole corpus of recordings (${missing})\n`);
  return false;
}

function hasZstd(): boolean {
  try {
    execFileSync("zstd", ["--version"]);
    return true;
  } catch {
    return false;
  }
}

function readCompressed(path: string): Uint8Array<ArrayBuffer> {
  if (!path.endsWith(".zst")) return new Uint8Array(readFileSync(path));
  return new Uint8Array(execFileSync("zstd", ["-dcq", path], { maxBuffer: 2 ** 30 }));
}
