// A server for one test, and sandboxes that connect to it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Alert,
  createSentryServer,
  events,
  loadRuleFiles,
  match,
  type PodInitConfig,
  type PodInitOptions,
  pipe,
  podInitConfig,
  type RuleSet,
  type SentryServerStats,
  stage,
  type TrackedEvent,
  track,
} from "sentrytap";

const noRules = await loadRuleFiles([]);

/** All that came of a sandbox while it ran. */
export interface Watched<Result> {
  readonly result: Result;
  readonly events: readonly TrackedEvent[];
  readonly alerts: readonly Alert[];
  readonly stats: SentryServerStats;
  /** Lifecycle events in their order, with how many messages had been handed out by then. */
  readonly lifecycle: readonly { readonly name: string; readonly events: number }[];
}

/**
 * Listens, lets `run` start sandboxes with the session that it is given, and collects everything until they are gone.
 */
export async function watch<Result>(
  run: (podInit: PodInitConfig) => Promise<Result>,
  options: { readonly rules?: RuleSet; readonly points?: PodInitOptions["points"] } = {},
): Promise<Watched<Result>> {
  const folder = mkdtempSync(join(tmpdir(), "sentrytap-e2e-"));
  try {
    const endpoint = join(folder, "s.sock");
    await using server = await createSentryServer({ path: endpoint });
    const podInit = podInitConfig({
      endpoint,
      points: options.points ?? "all",
      retries: 1_000_000,
      ignoreSetupError: false,
    });
    const seen: TrackedEvent[] = [];
    const lifecycle: { name: string; events: number }[] = [];
    for (const name of ["connect", "disconnect", "drop", "malformed", "error"] as const) {
      server.on(name, () => lifecycle.push({ name, events: seen.length }));
    }
    const keep = stage("keep", (event: TrackedEvent) => {
      seen.push(event);
      return event;
    });
    const result = run(podInit).finally(() => server.close());
    const alerts: Alert[] = [];
    // Rules are asked in the same pipe: the tables are as they were right after each event there alone.
    const judged = match(options.rules ?? noRules, { matching: "all" });
    for await (const batch of pipe(server.batches(), events(), track(), keep, judged)) alerts.push(...batch);
    return { result: await result, events: seen, alerts, stats: server.stats(), lifecycle };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The events of a type that succeeded, exits only. */
export function succeeded(
  events: readonly TrackedEvent[],
  type: TrackedEvent["type"],
): readonly TrackedEvent[] {
  return events.filter((event) => event.type === type && event.direction === "exit" && !event.failed);
}
