// Listens, connects, sends and closes some hundred times, every time a little differently, and tells what is left.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, listen } from "../../dist/index.js";
import { census } from "./census.mjs";

const folder = mkdtempSync(join(tmpdir(), "seqpacket-"));
const hello = Uint8Array.of(8, 1);

async function cycle(i) {
  const path = join(folder, `${i}.sock`);
  const listener = listen({ path, answer: hello });
  const connections = await Promise.all(Array.from({ length: i % 4 }, () => connect(path)));
  for (const connection of connections) {
    await connection.handshake(hello);
    await connection.send(new Uint8Array(1000), Uint32Array.of(0, 10, 10, 1000));
  }
  if (i % 3 === 0 && connections.length > 0) await listener.next();
  if (i % 5 === 0) await Promise.all(connections.map((connection) => connection.close()));
  await listener.close({ discard: i % 2 === 0 });
  if (i % 7 === 0) while ((await listener.next()) !== undefined);
  await Promise.all(connections.map((connection) => connection.close()));
  try {
    listen({ path }); // In use: what a failing listen had opened is closed again, too.
  } catch {}
}

for (let i = 0; i < 20; i++) await cycle(i); // Until libuv and V8 have the threads that they want.
const before = await census();
for (let i = 20; i < 320; i++) await cycle(i);
const after = await census(before);
rmSync(folder, { recursive: true });
console.log(JSON.stringify({ before, after }));
