import { createReadStream, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import { readTrace } from "@sentrytap/wire";

const folder = fileURLToPath(new URL("../../test/traces/", import.meta.url));

/** The packets of every recording in test/traces. */
export async function readRecordings(): Promise<readonly (readonly Uint8Array<ArrayBuffer>[])[]> {
  const files = readdirSync(folder).sort();
  return Promise.all(files.filter((file) => /\.trace(\.gz)?$/.test(file)).map(readPackets));
}

async function readPackets(file: string): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  const stream = createReadStream(folder + file);
  const plain: AsyncIterable<Uint8Array> = file.endsWith(".gz") ? stream.pipe(createGunzip()) : stream;
  const packets: Uint8Array<ArrayBuffer>[] = [];
  for await (const batch of readTrace(plain)) packets.push(...batch);
  return packets;
}
