// Ends the process, in the way it is told, while workers judge sandboxes that go on. Arguments: how, and a folder.
import { join } from "node:path";
import { connect, detectInWorkers, encodeHandshake } from "sentrytap";

const [how, folder] = process.argv.slice(2);
const alerts = await detectInWorkers({ path: join(folder, "s.sock"), workers: 2 });
const connections = [];
for (let i = 0; i < 4; i++) {
  const connection = await connect(alerts.path);
  await connection.handshake(encodeHandshake());
  connections.push(connection);
}
// Frames without a payload, of a type that nobody knows: decoded and counted like any.
const frames = new Uint8Array(8 * 100);
const offsets = Uint32Array.from({ length: 101 }, (_, i) => 8 * i);
for (let i = 0; i < 100; i++) frames.set([8, 0, 250, 0], 8 * i);
const sending = connections.map(async (connection) => {
  for (;;) await connection.send(frames, offsets);
});
for (const each of sending) each.catch(() => {});
const reading = (async () => {
  for await (const _ of alerts);
})();
while ((await alerts.stats()).server.messages < 5_000);
console.log("traffic");
if (how === "exit") process.exit(0);
if (how === "throw") throw new Error("on purpose");
await alerts.close();
await reading;
await Promise.all(connections.map((connection) => connection.close()));
