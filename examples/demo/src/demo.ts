// The whole way once: a server on a temporary socket, sandboxes that connect to it, alerts that come out. The sandbox is
// a recorded one, replayed through the socket; with --live it is a real one.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createSentryServer,
  events,
  formatAlertText,
  loadRuleFiles,
  match,
  pipe,
  stage,
  type TrackedEvent,
  track,
} from "sentrytap";
import { replay } from "./replay.ts";
import { runLive } from "./run-live.ts";

const [option, ...rest] = process.argv.slice(2);
if ((option !== undefined && option !== "--live") || rest.length > 0) {
  console.error("usage: npm run demo [-- --live]");
  process.exit(2);
}
const live = option === "--live";
const folder = await mkdtemp(join(tmpdir(), "sentrytap-demo-"));
try {
  await using server = await createSentryServer({ path: join(folder, "sentry.sock") });
  const rules = await loadRuleFiles();
  console.log(`listening at ${server.path}, ${rules.rules.length} starter rules loaded`);

  server.on("connect", ({ peer }) => {
    console.log(live ? `a sandbox connected, by ${peer.cmdline[0]}` : "a recorded sandbox connected");
  });
  server.on("disconnect", ({ id }) => console.log(`sandbox ${id} is gone`));
  server.on("disconnect", () => void server.close());

  let eventCount = 0;
  const count = stage("count", (event: TrackedEvent) => {
    eventCount++;
    return event;
  });

  const start = performance.now();
  const sandbox = live ? runLive(server.path, folder) : replay(server.path);
  // Where it fails, nothing would ever connect and end the loop.
  sandbox.catch(() => server.close());
  let alertCount = 0;
  for await (const alerts of pipe(server.batches(), events(), track(), count, match(rules))) {
    for (const alert of alerts) console.log(formatAlertText(alert));
    alertCount += alerts.length;
  }
  await sandbox;

  const seconds = (performance.now() - start) / 1000;
  const { messages, dropped } = server.stats();
  console.log(
    `${messages} messages, ${eventCount} events, ${alertCount} alerts, ${dropped} dropped points ` +
      `in ${seconds.toFixed(2)} s: ${Math.round(messages / seconds)} messages a second`,
  );
  if (alertCount === 0) throw new Error("no alert came out: something is wrong");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}
