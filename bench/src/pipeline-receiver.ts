import type { Batches } from "@sentrytap/core";
import type { StreamItem } from "@sentrytap/wire";
import { createSentryServer, detect, loadRuleFiles } from "sentrytap";
import type { PipelineReport, PipelineTask } from "./pipeline-process.ts";
import { readTask, ready, report } from "./receiving.ts";
import type { Received } from "./transport-load.ts";
import { createWatcher } from "./watchers.ts";

// The whole pipeline, from the socket to alerts that are counted.

const task = readTask<PipelineTask>();
const watcher = createWatcher(task.watch);
const rules = await loadRuleFiles(task.rules);
const server = await createSentryServer({ path: task.path });
let open = task.connections;
server.on("disconnect", () => {
  if (--open === 0) void server.close();
});
const stalling = task.stalls === true ? setInterval(stall, 1_000) : undefined;
let alerts = 0;
let warmUp: Received | undefined;
const used = ready();

const watched = task.watch !== undefined || task.warmUp !== undefined;
for await (const batch of detect(watched ? looked(server.batches()) : server, { rules }).batches()) {
  alerts += batch.length;
  watcher.alerted(batch);
}
const last = used();
clearInterval(stalling);
const messages = server.stats().messages - (warmUp?.messages ?? 0);
const all: PipelineReport = { ...last, messages, ...(warmUp && { warmUp }), alerts, ...watcher.report() };
report(all);

/** Hands batches on, and looks at each when the pipeline asks for the next one: then it is done with it. */
async function* looked(batches: Batches<StreamItem>): AsyncGenerator<readonly StreamItem[], void, undefined> {
  const { warmUp: least = Infinity } = task;
  let seen = 0;
  for await (const batch of batches) {
    yield batch;
    watcher.judged(batch);
    seen += batch.length;
    if (warmUp === undefined && seen >= least) warmUp = { ...used(), messages: seen };
  }
}

function stall(): void {
  const until = performance.now() + 200;
  while (performance.now() < until);
}
