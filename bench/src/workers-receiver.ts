import { setTimeout as sleep } from "node:timers/promises";
import { detectInWorkers } from "sentrytap";
import type { WorkersTask } from "./pipeline-process.ts";
import { readTask, ready, report } from "./receiving.ts";
import type { Received } from "./transport-load.ts";

// As pipeline-receiver.ts, with the pipeline in worker threads: of each sandbox all in one of them.

const task = readTask<WorkersTask>();
const { path, rules, workers } = task;
const watching = await detectInWorkers({ path, rules, workers });
let open = task.connections;
watching.on("disconnect", () => {
  if (--open === 0) void watching.close();
});
const used = ready();

const warmingUp = warmedUp();
for await (const _ of watching.batches());
const last = used();
const warmUp = await warmingUp;
report({ ...last, messages: (await messages()) - warmUp.messages, warmUp });

async function warmedUp(): Promise<Received> {
  for (;;) {
    const seen = await messages();
    if (seen >= task.warmUp) return { ...used(), messages: seen };
    await sleep(10);
  }
}

async function messages(): Promise<number> {
  return (await watching.stats()).server.messages;
}
