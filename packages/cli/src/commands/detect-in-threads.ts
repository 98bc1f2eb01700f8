import { detectInWorkers, TraceError, type WorkerAlerts } from "sentrytap";
import { alertLine } from "../alert-lines.ts";
import { ExitCode } from "../exit-code.ts";
import { notifyReady } from "../notify-systemd.ts";
import { containerSources, tellTrouble } from "../open-containers.ts";
import { printAlerts } from "../print-alerts.ts";
import { reloadOnHangup } from "../reload.ts";
import { ruleOptions, tellStats, warnOfNone } from "../rules-of-detect.ts";
import { onStop, untilStopped } from "../stop-signal.ts";
import { tellForgotten } from "../tell-forgotten.ts";
import type { Terminal } from "../terminal.ts";
import { describeServer, serverListeners } from "../watch-server.ts";
import { withoutOptimizing } from "../without-optimizing.ts";
import type { DetectOptions } from "./detect.ts";

/** `sentrytap detect --listen --workers`: as `detect --listen`, with all but the printing in threads of its own. */
export async function detectInThreads(
  listen: string | undefined,
  workers: number,
  options: DetectOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  if (listen === undefined) throw new TraceError("ERR_INVALID_ARGUMENT", "--workers goes with --listen");
  if (options.attach === true) {
    throw new TraceError(
      "ERR_INVALID_ARGUMENT",
      "--attach does not go with --workers: what ran before is told to the tables of one thread",
    );
  }
  const reloading = reloadOnHangup(terminal);
  try {
    return await untilStopped(async (signal) => {
      const alerts = await start(listen, workers, options, terminal);
      await using _ = alerts;
      onStop(signal, () => alerts.close());
      warnOfNone(alerts.loaded, terminal);
      watch(alerts, terminal);
      await notifyReady(terminal);
      reloading.by(async () => {
        await withoutOptimizing(() => alerts.replaceRules());
        warnOfNone(alerts.loaded, terminal);
        return alerts.loaded;
      });
      await terminal.progressOf(describer(alerts), () =>
        printAlerts(alerts, terminal, alertLine(options, terminal.interactive)),
      );
      const { rules, died } = await alerts.stats();
      tellStats(rules, options, terminal);
      return died === 0 ? ExitCode.fine : ExitCode.failed;
    });
  } finally {
    reloading.stop();
  }
}

function start(
  path: string,
  workers: number,
  options: DetectOptions,
  terminal: Terminal,
): Promise<WorkerAlerts> {
  const { rules, arch, allMatches } = options;
  const containers = containerSources(options.containers);
  return withoutOptimizing(() =>
    detectInWorkers({
      path,
      workers,
      matching: allMatches === true ? "all" : "first",
      ...ruleOptions(options),
      ...(rules !== undefined && { rules }),
      ...(arch !== undefined && { arch }),
      ...(containers !== undefined && { containers }),
      onWarning: (text) => terminal.say(text),
    }),
  );
}

/** Tells the person what goes on, as of one server. */
function watch(alerts: WorkerAlerts, terminal: Terminal): void {
  terminal.notice(`listening at ${alerts.path}`);
  const { connect, disconnect, drop, malformed, error } = serverListeners(terminal);
  alerts.on("connect", connect);
  alerts.on("disconnect", (sandbox, disconnection) => {
    disconnect(sandbox, disconnection);
    tellForgotten(sandbox, disconnection.tables, terminal);
  });
  alerts.on("drop", drop);
  alerts.on("malformed", malformed);
  alerts.on("error", error);
  alerts.on("trouble", (trouble) => tellTrouble(trouble, terminal));
}

/** Describes how it goes, as of the time before: the workers are asked meanwhile. */
function describer(alerts: WorkerAlerts): () => string {
  let text = "";
  let isAsking = false;
  const ask = async (): Promise<void> => {
    isAsking = true;
    text = describeServer((await alerts.stats()).server);
    isAsking = false;
  };
  return () => {
    if (!isAsking) void ask();
    return text;
  };
}
