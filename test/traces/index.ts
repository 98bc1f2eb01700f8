import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

// The recordings beside this file, for the tests of every package. README.md says what they are.

const folder = fileURLToPath(new URL(".", import.meta.url));

/** The names of the recordings, sorted: `touch_bin.2024` and the like. */
export function traceNames(): readonly string[] {
  return namesIn(folder, ".trace");
}

/** The names of those recordings that {@link readDecoded} knows. */
export function decodedNames(): readonly string[] {
  return namesIn(join(folder, "decoded"), ".jsonl");
}

/** The whole tracereplay file of a recording. */
export function readTraceBytes(name: string): Uint8Array<ArrayBuffer> {
  return readPlain(join(folder, `${name}.trace`));
}

/** The path of a recording's tracereplay file, decompressed into a temporary folder where need be. */
export function tracePath(name: string): string {
  const plain = join(folder, `${name}.trace`);
  if (existsSync(plain)) return plain;
  const path = join(temporaryFolder(), `${name}.trace`);
  if (!existsSync(path)) writeFileSync(path, readTraceBytes(name));
  return path;
}

/** What `runsc trace procfs` printed while a recording was made: there is one of each `attach.2024` and of `pod.2024`. */
export function readProcfs(name: string): string {
  return new TextDecoder().decode(readPlain(join(folder, `${name}.procfs`)));
}

/** One message of a recording as an independent decoder has it: proto JSON with original names, defaults left out. */
export interface DecodedMessage {
  /** Message type, as in the header. */
  readonly type: number;
  /** The type's name without its `MESSAGE_`. */
  readonly name: string;
  readonly dropped_count: number;
  readonly msg: Readonly<Record<string, unknown>>;
}

/** What an independent decoder made of a recording, message by message. */
export function readDecoded(name: string): readonly DecodedMessage[] {
  return parseDecoded(new TextDecoder().decode(readPlain(join(folder, "decoded", `${name}.jsonl`))));
}

/** The lines of a file such as {@link readDecoded} reads. */
export function parseDecoded(lines: string): readonly DecodedMessage[] {
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as DecodedMessage); // files of our own, of that shape
}

/** The packets in a tracereplay file, header and all; reads only what the tests need, so as to share no code. */
export function packetsOf(file: Uint8Array<ArrayBuffer>): readonly Uint8Array<ArrayBuffer>[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const packets: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 16; at < file.length; ) {
    const size = Number(view.getBigUint64(at, true));
    packets.push(file.subarray(at + 8, at + 8 + size));
    at += 8 + size;
  }
  return packets.slice(1); // the first record is the configuration
}

function namesIn(path: string, ending: string): readonly string[] {
  return readdirSync(path)
    .map((file) => file.replace(/\.gz$/, ""))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

function readPlain(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`)));
}

let temporary: string | undefined;

function temporaryFolder(): string {
  if (temporary !== undefined) return temporary;
  const made = mkdtempSync(join(process.env["SENTRYTAP_TEST_FOLDER"] ?? tmpdir(), "traces-"));
  temporary = made;
  return made;
}
