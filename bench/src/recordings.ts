import { execFileSync } from "node:child_process";
import { createReadStream, existsSync, readdirSync } from "node:fs";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import { readTrace } from "@sentrytap/wire";

const folder = fileURLToPath(new URL("../../test/traces/", import.meta.url));
/** A larger corpus, where there is one beside the repository. */
const corpus = fileURLToPath(new URL("../../../shared/traces/", import.meta.url));
/** Recordings that only the bench needs. */
const own = fileURLToPath(new URL("../recordings/", import.meta.url));

/** The packets of a recording, in order. */
export type Recorded = readonly Uint8Array<ArrayBuffer>[];

/** The packets of every recording in test/traces. */
export async function readRecordings(): Promise<readonly Recorded[]> {
  const files = readdirSync(folder).sort();
  return Promise.all(
    files.filter((file) => /\.trace(\.gz)?$/.test(file)).map((file) => readPackets(folder + file)),
  );
}

/** The packets of one recording; `undefined`, and said so on stderr, where it is not there. */
export async function readRecording(name: string): Promise<Recorded | undefined> {
  const path = [folder, corpus, own]
    .flatMap((each) => [".trace", ".trace.gz", ".trace.zst"].map((ending) => each + name + ending))
    .find((each) => existsSync(each));
  if (path === undefined) console.error(`SKIPPED: there is no recording ${name}`);
  return path === undefined ? undefined : readPackets(path);
}

async function readPackets(path: string): Promise<Recorded> {
  const packets: Uint8Array<ArrayBuffer>[] = [];
  for await (const batch of readTrace(plain(path))) packets.push(...batch);
  return packets;
}

function plain(path: string): AsyncIterable<Uint8Array> {
  if (path.endsWith(".gz")) return createReadStream(path).pipe(createGunzip());
  // Node.js has zstd from 22.15 on.
  if (path.endsWith(".zst"))
    return Readable.from([execFileSync("zstd", ["-dcq", path], { maxBuffer: 2 ** 30 })]);
  return createReadStream(path);
}
