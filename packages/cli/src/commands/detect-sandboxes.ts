import {
  type Architecture,
  type Containers,
  createSentryServer,
  createTracker,
  type DetectOptions,
  detect,
  type PlainAlert,
  type PointConfig,
} from "sentrytap";
import { type AttachOptions, attachSandboxes } from "../attach-sandboxes.ts";
import { notifyReady } from "../notify-systemd.ts";
import { printAlerts } from "../print-alerts.ts";
import { onStop, untilStopped } from "../stop-signal.ts";
import { tellForgotten } from "../tell-forgotten.ts";
import type { Terminal } from "../terminal.ts";
import { describeServer, watchServer } from "../watch-server.ts";

/** How sandboxes are watched. */
export interface WatchOptions extends AttachOptions {
  readonly arch?: Architecture;
  /** Judges what they do. */
  readonly judge: Pick<DetectOptions, "rules" | "matching">;
  readonly containers: Containers | undefined;
  /** What sandboxes that are attached are asked for; `undefined` where none are. */
  readonly points: readonly PointConfig[] | undefined;
}

/** `sentrytap detect --listen`: the alerts of sandboxes that connect, until stopped. */
export async function detectSandboxes(
  path: string,
  options: WatchOptions,
  terminal: Terminal,
  format: (alert: PlainAlert) => string,
): Promise<boolean> {
  const { arch, judge, containers, points } = options;
  return untilStopped(async (signal) => {
    await using server = await createSentryServer({ path, ...(arch !== undefined && { arch }) });
    const tracker = createTracker();
    await using attachment =
      points === undefined ? undefined : attachSandboxes(server, tracker, points, options, terminal);
    onStop(signal, async () => {
      await attachment?.detach(); // while what they still send is read
      await server.close();
    });
    watchServer(server, terminal);
    if (containers !== undefined) server.on("connect", containers.connected);
    await notifyReady(terminal);
    server.on("disconnect", (sandbox) => tellForgotten(sandbox, tracker.stats(sandbox), terminal));
    const waitFor = [attachment, containers].flatMap((each) => (each === undefined ? [] : [each.ready]));
    await terminal.progressOf(
      () => describeServer(server.stats()),
      () => printAlerts(detect(server, { ...judge, tracker, waitFor }), terminal, format),
    );
    return true;
  });
}
