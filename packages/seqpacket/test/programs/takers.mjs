// Runs worker threads that take connections, and ends them at any moment; tells what is left.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { connect, spread, take } from "../../dist/index.js";
import { census } from "./census.mjs";

const hello = Uint8Array.of(8, 1);

if (isMainThread) {
  const folder = mkdtempSync(join(tmpdir(), "seqpacket-"));
  let gone = 0;
  let refused = 0;
  const onGone = () => {
    gone += 1;
  };
  const onRefused = (count) => {
    refused += count;
  };
  const round = async (number) => {
    const spreading = spread({ path: join(folder, `${number}.sock`), onGone, onRefused });
    spreading.share(); // that nobody takes
    const workers = [];
    for (let i = 0; i < 3; i++) {
      const worker = new Worker(new URL(import.meta.url), { workerData: spreading.share() });
      const ended = new Promise((resolve) => worker.once("exit", resolve));
      await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
      workers.push({ worker, ended });
    }
    const connections = [];
    const visit = async () => {
      const connection = await connect(spreading.path);
      connections.push(connection);
      await connection.handshake(hello);
      connection
        .send(
          new Uint8Array(1_000_000),
          Uint32Array.from({ length: 10_001 }, (_, i) => i * 100),
        )
        .catch(() => {});
    };
    for (let i = 0; i < 9; i++) await visit();
    for (const [i, { worker, ended }] of workers.entries()) {
      // Some end themselves, some are ended while they run, and connections are on the way to them meanwhile.
      const visits = i < 2 ? Array.from({ length: 4 }, () => visit().catch(() => {})) : [];
      if (i === 0) worker.postMessage("exit");
      else await delay(i * 3).then(() => worker.terminate());
      await ended;
      await Promise.all(visits);
    }
    while (spreading.stats().shares.length > 1) await delay(1);
    await delay(0);
    spreading.close();
    await Promise.all(connections.map((connection) => connection.close()));
  };
  await round(0);
  const before = await census();
  for (let i = 1; i < 6; i++) await round(i);
  const after = await census(before);
  rmSync(folder, { recursive: true });
  console.log(JSON.stringify({ before, after, gone, refused }));
} else {
  const listener = take({
    share: workerData,
    answer: hello,
    slabCount: 1,
    slabSize: 4096,
    maxPacketSize: 4096,
  });
  parentPort.on("message", () => process.exit(0));
  parentPort.postMessage("running");
  for (;;) {
    await delay(0);
    if (Math.random() < 0.2) listener.take();
  }
}
