// A short life of everything the addon does, for check.mjs to watch: listen, connect, floods, full pools, hang-ups,
// closing at any moment, spreads and their takers, worker threads that are ended, and garbage. Prints what it got through.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { connect, listen, readPeer, spread, take } from "../dist/index.js";

const hello = Uint8Array.of(8, 1);
const small = { slabCount: 2, slabSize: 16_384, maxPacketSize: 16_384, maxHandshakeSize: 64 };

/** Packets of sizes from empty to over the limit. */
function packets(total) {
  const sizes = Array.from({ length: total }, (_, i) => [0, 1, 100, 137, 2000, 16_384, 16_385, 8][i % 8]);
  const offsets = Uint32Array.of(0, ...sizes);
  for (let i = 1; i < offsets.length; i++) offsets[i] += offsets[i - 1];
  return [new Uint8Array(offsets.at(-1)), offsets];
}

async function drain(listener) {
  let records = 0;
  for (let batch = await listener.next(); batch !== undefined; batch = await listener.next()) {
    records += batch.count;
    if (batch.records[0] === 1) readPeer(batch, 0);
  }
  return records;
}

/** One listener's life; how it goes differs with `i`. */
async function life(folder, i) {
  const path = join(folder, `${i}.sock`);
  const listener = listen({ path, answer: hello, gatherMs: i % 3, maxConnections: 6, ...small });
  const draining = i % 4 === 0 ? undefined : drain(listener);
  await Promise.all(
    Array.from({ length: 8 }, async (_, j) => {
      const connection = await connect(path);
      try {
        await connection.handshake(new Uint8Array(j === 3 ? 65 : 2), { timeoutMs: 100 });
        connection.trySend(...packets(10));
        const sending = connection.send(...packets(200));
        if (j % 2 === 0 || draining === undefined) await delay(j).then(() => connection.close());
        await sending;
      } catch {
        // Refused, unanswered, or closed in the middle, as intended.
      }
      if (j === 5) listener.closeConnection(j);
      if (j !== 6) await connection.close();
    }),
  );
  if (i % 5 === 0) listener.stopAccepting();
  if (draining === undefined) {
    await listener.close({ discard: true });
    return await drain(listener);
  }
  await listener.close({ discard: i % 2 === 0 });
  return await draining;
}

/** A spread's life: takers that end before, with and after it, and connections on their way to each. */
async function spreadLife(folder, i) {
  const path = join(folder, `spread-${i}.sock`);
  const spreading = spread({ path, maxConnections: 10, onGone: () => {}, onRefused: () => {} });
  spreading.share(); // that nobody takes
  spreading.withdraw(spreading.share());
  const takers = Array.from({ length: 3 }, () =>
    take({ share: spreading.share(), answer: hello, gatherMs: i % 3, ...small }),
  );
  const draining = takers.map(drain);
  const visit = async (j) => {
    const connection = await connect(path);
    try {
      await connection.handshake(new Uint8Array(j === 3 ? 65 : 2), { timeoutMs: 100 });
      await connection.send(...packets(50));
    } catch {
      // Refused, unanswered, or closed in the middle, as intended.
    }
    if (j % 3 > 0) await connection.close();
  };
  const visits = [];
  for (let j = 0; j < 14; j++) visits.push(visit(j));
  if (i % 2 === 0) await takers[0].close({ discard: i % 4 === 0 });
  if (i % 3 === 0) takers[1].stopAccepting();
  if (i % 5 > 0) await Promise.all(visits);
  spreading.close();
  await Promise.all(visits);
  const records = await Promise.all(draining.slice(0, i % 3 === 0 ? 1 : 3));
  await Promise.all(takers.map((taker) => taker.close({ discard: true })));
  return records.reduce((sum, count) => sum + count, 0);
}

if (isMainThread) {
  const rounds = Number(process.argv[2] ?? 20);
  const folder = mkdtempSync(join(tmpdir(), "seqpacket-"));
  let records = 0;
  for (let i = 0; i < rounds; i++) {
    records += await life(folder, i);
    records += await spreadLife(folder, i);
    globalThis.gc?.();
  }
  const spreading = spread({ path: join(folder, "spread.sock") });
  for (let i = 0; i < 8; i++) {
    const path = join(folder, `worker-${i}.sock`);
    const workerData = i % 2 === 0 ? { path } : { path: spreading.path, share: spreading.share() };
    const worker = new Worker(new URL(import.meta.url), { workerData });
    await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    await worker.terminate();
  }
  spreading.close();
  spread({ path: join(folder, "forgotten.sock") }).close();
  listen({ path: join(folder, "left-open.sock"), answer: hello }).unref();
  rmSync(folder, { recursive: true });
  console.log(`stress: ${rounds} listeners and spreads, ${records} records`);
} else {
  const { parentPort } = await import("node:worker_threads");
  const { path, share } = workerData;
  const options = { answer: hello, ...small };
  const listener = share === undefined ? listen({ path, ...options }) : take({ share, ...options });
  const connection = await connect(path);
  await connection.handshake(hello);
  connection.send(...packets(5000)).catch(() => {});
  for (let i = 0; i < 5; i++) await listener.next();
  parentPort.postMessage("running");
  await drain(listener);
}
