import {
  type Containers,
  createLiveRules,
  type DetectOptions as DetectInOptions,
  detect as detectIn,
  loadRuleFiles,
  type PointConfig,
  printable,
  type RuleSet,
  type RuleSetStats,
  TraceError,
} from "sentrytap";
import { type AlertLineOptions, alertLine, outputOptions } from "../alert-lines.ts";
import {
  type AttachOptions,
  checkAttachOptions,
  pointsFor,
  warnOfMissingPoints,
} from "../attach-sandboxes.ts";
import { ExitCode } from "../exit-code.ts";
import { openContainers } from "../open-containers.ts";
import { printAlerts } from "../print-alerts.ts";
import { eachRecording, type RecordingOptions } from "../recordings.ts";
import { reloadOnHangup } from "../reload.ts";
import { ruleTable } from "../rule-table.ts";
import type { SelectionOptions } from "../selection.ts";
import type { Terminal } from "../terminal.ts";
import { withoutOptimizing } from "../without-optimizing.ts";
import { detectSandboxes } from "./detect-sandboxes.ts";

/** Options of {@link detect}. */
export interface DetectOptions extends RecordingOptions, SelectionOptions, AlertLineOptions, AttachOptions {
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
  const { listen, procfs } = options;
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
  checkAttachOptions(options, listen);
  await using containers = listen === undefined ? undefined : openContainers(options.containers, terminal);
  let points: readonly PointConfig[] | undefined;
  const load = async (): Promise<RuleSet> => {
    const loaded = await loadRules(options, containers, terminal);
    if (points !== undefined) warnOfMissingPoints(points, loaded, terminal);
    return loaded;
  };
  const reloading = listen === undefined ? undefined : reloadOnHangup(load, terminal);
  try {
    const rules = createLiveRules(await load());
    if (options.attach === true) points = await pointsFor(rules.current, options, terminal);
    reloading?.into(rules);
    const judge: DetectInOptions = { rules, matching: options.allMatches === true ? "all" : "first" };
    const format = alertLine(options, terminal.interactive);
    const fine =
      listen === undefined
        ? await eachRecording(files, options, terminal, (messages, tracker) =>
            printAlerts(detectIn(messages, { ...judge, tracker }), terminal, format),
          )
        : await detectSandboxes(listen, { ...options, judge, containers, points }, terminal, format);
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
  const rules = await withoutOptimizing(() =>
    loadRuleFiles(options.rules, {
      select,
      ...(minPriority !== undefined && { minPriority }),
      // Of a recording there may be few events, and nobody waits for them.
      measureTime: stats && (listen === undefined ? { every: 1 } : true),
      ...outputOptions(options),
      ...(containers && { containers: containers.lookup }),
      onWarning: (text) => terminal.say(text),
    }),
  );
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
