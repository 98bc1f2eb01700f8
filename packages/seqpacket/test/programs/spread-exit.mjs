// Ends the process, in the way it is told, while a worker takes connections and packets flow.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { connect, spread, take } from "../../dist/index.js";

const hello = Uint8Array.of(8, 1);

if (isMainThread) {
  const folder = mkdtempSync(join(tmpdir(), "seqpacket-"));
  process.on("exit", () => rmSync(folder, { recursive: true }));
  const spreading = spread({ path: join(folder, "s.sock") });
  const worker = new Worker(new URL(import.meta.url), { workerData: spreading.share() });
  const connection = await connect(spreading.path);
  await connection.handshake(hello);
  const trickle = setInterval(() => connection.trySend(new Uint8Array(100), Uint32Array.of(0, 100)), 0);
  await new Promise((resolve) => worker.once("message", resolve));
  console.log("traffic");
  if (process.argv[2] === "exit") process.exit(0);
  clearInterval(trickle);
  await connection.close();
  spreading.close(); // with which the taker ends, too
} else {
  const listener = take({ share: workerData, answer: hello });
  let packets = 0;
  for (let batch = await listener.next(); batch !== undefined; batch = await listener.next()) {
    packets += batch.count;
    if (packets > 20) parentPort.postMessage(packets);
  }
}
