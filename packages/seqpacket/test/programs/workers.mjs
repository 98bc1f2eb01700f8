// Runs worker threads that listen and connect, and ends them at any moment; tells what is left.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { connect, listen } from "../../dist/index.js";
import { census } from "./census.mjs";

const hello = Uint8Array.of(8, 1);

if (isMainThread) {
  const folder = mkdtempSync(join(tmpdir(), "seqpacket-"));
  const round = async (from) => {
    const workers = Array.from({ length: 4 }, (_, i) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: join(folder, `${from}-${i}.sock`) });
      const ended = new Promise((resolve) => worker.once("exit", resolve));
      const running = new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
      return { worker, ended, running };
    });
    for (const [i, { worker, ended, running }] of workers.entries()) {
      await running;
      // Some end themselves, some are ended while they run.
      if (i === 0) worker.postMessage("exit");
      else await delay(i * 3).then(() => worker.terminate());
      await ended;
    }
  };
  await round(0);
  const before = await census();
  for (let i = 1; i < 6; i++) await round(i);
  const after = await census(before);
  rmSync(folder, { recursive: true });
  console.log(JSON.stringify({ before, after }));
} else {
  const path = workerData;
  const listener = listen({ path, answer: hello, slabCount: 1, slabSize: 4096, maxPacketSize: 4096 });
  const [blocked, trickling] = [await connect(path), await connect(path)];
  await blocked.handshake(hello);
  await trickling.handshake(hello);
  // Nobody takes what the first sends, so that its work is waiting in libuv's pool when the end comes.
  blocked
    .send(
      new Uint8Array(1_000_000),
      Uint32Array.from({ length: 10_001 }, (_, i) => i * 100),
    )
    .catch(() => {});
  parentPort.on("message", () => process.exit(0));
  parentPort.postMessage("running");
  for (;;) {
    trickling.trySend(hello);
    await delay(0);
    if (Math.random() < 0.2) listener.take();
  }
}
