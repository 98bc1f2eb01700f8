import {
  type Alert,
  type Alerts,
  type Architecture,
  type Containers,
  createLiveRules,
  createSentryServer,
  createTracker,
  type DetectOptions as DetectInOptions,
  detect as detectIn,
  loadRuleFiles,
  printable,
  type RuleSet,
  type RuleSetStats,
  type Sandbox,
  type SentryServer,
  TraceError,
  type Tracker,
} from "sentrytap";
import { type AlertLineOptions, alertLine, outputOptions } from "../alert-lines.ts";
import { ExitCode } from "../exit-code.ts";
import { notifyReady } from "../notify-systemd.ts";
import { openContainers } from "../open-containers.ts";
import { eachRecording, type RecordingOptions } from "../recordings.ts";
import { reloadOnHangup } from "../reload.ts";
import { ruleTable } from "../rule-table.ts";
import type { SelectionOptions } from "../selection.ts";
import { untilStopped } from "../stop-signal.ts";
import type { Terminal } from "../terminal.ts";
import { watchServer } from "../watch-server.ts";

/** How often the progress line is looked after, in milliseconds. */
const progressMs = 500;

/** Options of {@link detect}. */
export interface DetectOptions extends RecordingOptions, SelectionOptions, AlertLineOptions {
  readonly rules?: readonly string[];
  readonly listen?: string;
  readonly containers?: readonly string[];
  readonly allMatches?: boolean;
  readonly stats?: boolean;
}

/** `sentrytap detect`: alerts of trace files, or of the sandboxes that connect to a socket. */
export async function detect(
  files: readonly string[],
  options: DetectOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { listen, arch, procfs } = options;
  if ((files.length === 0) === (listen === undefined)) {
    throw new TraceError(
      "ERR_INVALID_ARGUMENT",
      "name trace files, or a socket to --listen at: one of the two",
    );
  }
  if (listen !== undefined && procfs !== undefined) {
    throw new TraceError("ERR_INVALID_ARGUMENT", "--procfs is of one recording, not of a socket");
  }
  if (listen === undefined && options.containers !== undefined) {
    throw new TraceError("ERR_INVALID_ARGUMENT", "--containers is of a socket, not of recordings");
  }
  await using containers = listen === undefined ? undefined : openContainers(options.containers, terminal);
  const load = (): Promise<RuleSet> => loadRules(options, containers, terminal);
  const reloading = listen === undefined ? undefined : reloadOnHangup(load, terminal);
  try {
    const rules = createLiveRules(await load());
    reloading?.into(rules);
    const how: DetectInOptions = { rules, matching: options.allMatches === true ? "all" : "first" };
    const format = alertLine(options, terminal.interactive);
    const fine =
      listen === undefined
        ? await eachRecording(files, options, terminal, (messages, tracker) =>
            printAll(detectIn(messages, { ...how, tracker }), terminal, format),
          )
        : await detectSandboxes(listen, arch, how, containers, terminal, format);
    tellFailures(rules.stats(), terminal);
    if (options.stats === true) terminal.say(ruleTable(rules.stats()).join("\n"));
    return fine ? ExitCode.fine : ExitCode.failed;
  } finally {
    reloading?.stop();
  }
}

async function loadRules(
  options: DetectOptions,
  containers: Containers | undefined,
  terminal: Terminal,
): Promise<RuleSet> {
  const { select, minPriority, stats = false, listen } = options;
  const rules = await loadRuleFiles(options.rules, {
    select,
    ...(minPriority !== undefined && { minPriority }),
    // Of a recording there may be few events, and nobody waits for them.
    measureTime: stats && (listen === undefined ? { every: 1 } : true),
    ...outputOptions(options),
    ...(containers && { containers: containers.lookup }),
    onWarning: (text) => terminal.say(text),
  });
  if (!rules.rules.some(({ enabled }) => enabled)) terminal.warn("no rule is enabled: nothing can alert");
  return rules;
}

/** Rules that could not be asked, or whose alerts could not be written: something may have been missed. */
function tellFailures({ rules }: RuleSetStats, terminal: Terminal): void {
  for (const [name, { failures, lastFailure }] of rules) {
    if (failures === 0) continue;
    terminal.warn(
      `the rule "${printable(name)}" failed ${failures} times, the last because ${printable(String(lastFailure))}`,
    );
  }
}

async function detectSandboxes(
  path: string,
  arch: Architecture | undefined,
  how: DetectInOptions,
  containers: Containers | undefined,
  terminal: Terminal,
  format: (alert: Alert) => string,
): Promise<boolean> {
  return untilStopped(async (signal) => {
    await using server = await createSentryServer({ path, signal, ...(arch !== undefined && { arch }) });
    const tracker = createTracker();
    watchServer(server, terminal);
    if (containers !== undefined) server.on("connect", containers.connected);
    await notifyReady(terminal);
    server.on("disconnect", (sandbox) => tellForgotten(sandbox, tracker, terminal));
    const progress = setInterval(() => terminal.progress(() => progressOf(server)), progressMs);
    try {
      const waitFor = containers && [containers.ready];
      const all: DetectInOptions = { ...how, tracker, ...(waitFor && { waitFor }) };
      await printAll(detectIn(server, all), terminal, format);
    } finally {
      clearInterval(progress);
      terminal.done();
    }
    return true;
  });
}

function progressOf(server: SentryServer): string {
  const { sandboxes, messages } = server.stats();
  return `${sandboxes.length} sandboxes connected, ${messages} messages`;
}

/** What had to be forgotten of a sandbox, so that alerts may lack what they name, or be missing. */
function tellForgotten(sandbox: Sandbox, tracker: Tracker, terminal: Terminal): void {
  const stats = tracker.stats(sandbox);
  if (stats === undefined) return;
  const { evictedThreads, evictedDescriptors, evictedEnded, forgotten, cutPrograms } = stats;
  const figures = { evictedThreads, evictedDescriptors, evictedEnded, forgotten, cutPrograms };
  const told = Object.entries(figures).filter(([, count]) => count > 0);
  if (told.length === 0) return;
  const list = told.map(([name, count]) => `${name} ${count}`).join(", ");
  terminal.warn(`sandbox ${printable(sandbox.id)} did more than is kept in mind: ${list}`);
}

async function printAll(alerts: Alerts, terminal: Terminal, format: (alert: Alert) => string): Promise<void> {
  for await (const batch of alerts.batches()) {
    await terminal.print(batch.map(format));
    if (terminal.closed) return;
  }
}
