// A worker with a share of a spread: tells of every message.
import { parentPort, workerData } from "node:worker_threads";
import { createSentryServer } from "@sentrytap/server";

const server = await createSentryServer({ share: workerData });
for await (const message of server) parentPort.postMessage(`${message.sandbox.id} ${message.arg1}`);
