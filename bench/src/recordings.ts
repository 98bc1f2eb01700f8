import { createReadStream, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import { readTrace } from "@sentrytap/wire";

const folder = fileURLToPath(new URL("../../test/traces/", import.meta.url));

/** The packets of all recordings in test/traces, as they lie in the batches that the reader gives. */
export async function readRecordings(): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  const packets: Uint8Array<ArrayBuffer>[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!/\.trace(\.gz)?$/.test(file)) continue;
    const stream = createReadStream(folder + file);
    const plain: AsyncIterable<Uint8Array> = file.endsWith(".gz") ? stream.pipe(createGunzip()) : stream;
    for await (const batch of readTrace(plain)) packets.push(...batch);
  }
  return packets;
}
