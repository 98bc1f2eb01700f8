// Forgets listeners and connections without closing them, collects garbage, and goes on using others.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connect, listen } from "../../dist/index.js";

const folder = mkdtempSync(join(tmpdir(), "seqpacket-"));
const hello = Uint8Array.of(8, 1);
const kept = listen({ path: join(folder, "kept.sock"), answer: hello });

async function forget(i) {
  const listener = listen({ path: join(folder, `${i}.sock`), answer: hello });
  listener.unref();
  const connection = await connect(listener.path);
  await connection.handshake(hello);
  await connection.send(new Uint8Array(100));
  void listener.next(); // Held by nobody.
  await (await connect(kept.path)).handshake(hello);
}

for (let i = 0; i < 20; i++) {
  await forget(i);
  globalThis.gc();
  await delay(1);
}
// Every forgotten connection to the listener that is kept is closed by the collector, and the listener sees it.
let closed = 0;
for (let i = 0; closed < 20 && i < 500; i++) {
  globalThis.gc();
  await delay(5);
  for (let batch = kept.take(); batch !== undefined; batch = kept.take()) {
    for (let word = 0; word < batch.records.length; word += 4) closed += batch.records[word] === 5 ? 1 : 0;
  }
}
await kept.close();
rmSync(folder, { recursive: true });
if (closed !== 20) {
  console.error(`${closed} of 20 closed, ${readdirSync("/proc/self/fd").length} descriptors`);
  process.exitCode = 1;
}
