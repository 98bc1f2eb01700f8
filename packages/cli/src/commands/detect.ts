import {
  type Containers,
  countRules,
  createLiveRules,
  type DetectOptions as DetectInOptions,
  detect as detectIn,
  loadRuleFiles,
  type PointConfig,
  type RuleSet,
  TraceError,
} from "sentrytap";
import { type AlertLineOptions, alertLine } from "../alert-lines.ts";
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
import { ruleOptions, tellStats, warnOfNone } from "../rules-of-detect.ts";
import type { SelectionOptions } from "../selection.ts";
import type { Terminal } from "../terminal.ts";
import { withoutOptimizing } from "../without-optimizing.ts";
import { detectInThreads } from "./detect-in-threads.ts";
import { detectSandboxes } from "./detect-sandboxes.ts";

/** Options of {@link detect}. */
export interface DetectOptions extends RecordingOptions, SelectionOptions, AlertLineOptions, AttachOptions {
  readonly rules?: readonly string[];
  readonly listen?: string;
  readonly containers?: readonly string[];
  readonly allMatches?: boolean;
  readonly stats?: boolean;
  readonly workers?: number;
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
  if (options.workers !== undefined) return await detectInThreads(listen, options.workers, options, terminal);
  await using containers = listen === undefined ? undefined : openContainers(options.containers, terminal);
  let points: readonly PointConfig[] | undefined;
  const reloading = listen === undefined ? undefined : reloadOnHangup(terminal);
  try {
    const rules = createLiveRules(await loadRules(options, containers, terminal));
    if (options.attach === true) points = await pointsFor(rules.current, options, terminal);
    reloading?.by(async () => {
      const next = await loadRules(options, containers, terminal);
      if (points !== undefined) warnOfMissingPoints(points, next, terminal);
      rules.replace(next);
      return countRules(next);
    });
    const judge: DetectInOptions = { rules, matching: options.allMatches === true ? "all" : "first" };
    const format = alertLine(options, terminal.interactive);
    const fine =
      listen === undefined
        ? await eachRecording(files, options, terminal, (messages, tracker) =>
            printAlerts(detectIn(messages, { ...judge, tracker }), terminal, format),
          )
        : await detectSandboxes(listen, { ...options, judge, containers, points }, terminal, format);
    tellStats(rules.stats(), options, terminal);
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
  const rules = await withoutOptimizing(() =>
    loadRuleFiles(options.rules, {
      ...ruleOptions(options),
      ...(containers && { containers: containers.lookup }),
      onWarning: (text) => terminal.say(text),
    }),
  );
  warnOfNone(countRules(rules), terminal);
  return rules;
}
