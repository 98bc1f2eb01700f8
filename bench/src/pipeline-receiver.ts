import type { Batches } from "@sentrytap/core";
import type { StreamItem } from "@sentrytap/wire";
import { createSentryServer, detect, loadRuleFiles } from "sentrytap";
import { cpuUsSince } from "./cpu.ts";
import type { PipelineTask, PrintedReport } from "./pipeline-process.ts";
import { createWatcher } from "./watchers.ts";

// The whole pipeline, from the socket to alerts that are counted, in a process of its own. Takes what it is to do as JSON, says
// "ready" when it listens, and prints its report when all connections are over.

const task: PipelineTask = JSON.parse(process.argv[2] ?? "");
const watcher = createWatcher(task.watch);
let alerts = 0;
/** Messages before those whose CPU counts, and what had been used by then. */
let uncounted = 0;
let cpuBefore: NodeJS.CpuUsage | undefined;

// Ends with the bench, whatever that ends by.
process.stdin.on("end", () => process.exit(1)).resume();

const rules = await loadRuleFiles(task.rules);
const server = await createSentryServer({ path: task.path });
let open = task.connections;
server.on("connect", () => {
  if (task.warmUp === undefined) cpuBefore ??= process.cpuUsage();
});
server.on("disconnect", () => {
  if (--open === 0) void server.close();
});
const stalling = task.stalls === true ? setInterval(stall, 1_000) : undefined;
console.log("ready");

const watched = task.watch !== undefined || task.warmUp !== undefined;
for await (const batch of detect(watched ? looked(server.batches()) : server, { rules }).batches()) {
  alerts += batch.length;
  watcher.alerted(batch);
}
const end = process.hrtime.bigint();
const cpuUs = cpuUsSince(cpuBefore);
clearInterval(stalling);
const { messages } = server.stats();
const report: PrintedReport = {
  end: String(end),
  cpuUs,
  messages,
  counted: messages - uncounted,
  alerts,
  rss: process.memoryUsage.rss(),
  ...watcher.report(),
};
console.log(JSON.stringify(report));
process.exit();

/** Hands batches on, and looks at each when the pipeline asks for the next one: then it is done with it. */
async function* looked(batches: Batches<StreamItem>): AsyncGenerator<readonly StreamItem[], void, undefined> {
  let seen = 0;
  for await (const batch of batches) {
    yield batch;
    watcher.judged(batch);
    seen += batch.length;
    if (task.warmUp === undefined || uncounted > 0 || seen < task.warmUp) continue;
    uncounted = seen;
    cpuBefore = process.cpuUsage();
  }
}

function stall(): void {
  const until = performance.now() + 200;
  while (performance.now() < until);
}
