import { detectInWorkers } from "sentrytap";
import { cpuUsSince } from "./cpu.ts";
import type { PipelineTask, PrintedReport } from "./pipeline-process.ts";

// As pipeline-receiver.ts, with the pipeline in worker threads: of each sandbox all in one of them.

const task: PipelineTask = JSON.parse(process.argv[2] ?? "");
let alerts = 0;
let cpuBefore: NodeJS.CpuUsage | undefined;

// Ends with the bench, whatever that ends by.
process.stdin.on("end", () => process.exit(1)).resume();

const { path, rules, workers = 1 } = task;
const watching = await detectInWorkers({ path, rules, workers });
let open = task.connections;
watching.on("connect", () => {
  cpuBefore ??= process.cpuUsage();
});
watching.on("disconnect", () => {
  if (--open === 0) void watching.close();
});
console.log("ready");

for await (const batch of watching.batches()) alerts += batch.length;
const end = process.hrtime.bigint();
const cpuUs = cpuUsSince(cpuBefore);
const { messages } = (await watching.stats()).server;
const report: PrintedReport = {
  end: String(end),
  cpuUs,
  messages,
  counted: messages,
  alerts,
  rss: process.memoryUsage.rss(),
};
console.log(JSON.stringify(report));
process.exit();
