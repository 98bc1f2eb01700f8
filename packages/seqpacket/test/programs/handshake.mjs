// A worker that shakes hands, and says by a shared flag how long the answer was.
import { workerData } from "node:worker_threads";
import { connect } from "../../dist/index.js";

const { path, flag } = workerData;
const connection = await connect(path);
const answer = await connection.handshake(Uint8Array.of(8, 1));
Atomics.store(flag, 0, answer.length);
Atomics.notify(flag, 0);
await connection.close();
