// What runs in a worker of detectInWorkers().
import { parentPort, workerData } from "node:worker_threads";
import type { Report, WorkerSetup } from "./thread-messages.ts";
import { WorkerPipeline } from "./worker-pipeline.ts";

const port = parentPort;
if (port === null) throw new Error("this file is the program of a worker thread");
// worker-handle.ts gives nothing else.
const setup = workerData as WorkerSetup;
const pipeline = new WorkerPipeline(setup, (report: Report) => port.postMessage(report));
port.on("message", (command) => pipeline.obey(command));
await pipeline.run();
port.close();
