import {
  type Alert,
  type Architecture,
  type Containers,
  createSentryServer,
  createTracker,
  type DetectOptions,
  detect,
  type PointConfig,
  printable,
  type Sandbox,
  type SentryServer,
  type Tracker,
} from "sentrytap";
import { type AttachOptions, attachSandboxes } from "../attach-sandboxes.ts";
import { notifyReady } from "../notify-systemd.ts";
import { printAlerts } from "../print-alerts.ts";
import { untilStopped } from "../stop-signal.ts";
import type { Terminal } from "../terminal.ts";
import { watchServer } from "../watch-server.ts";

/** How often the progress line is looked after, in milliseconds. */
const progressMs = 500;

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
  format: (alert: Alert) => string,
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
    server.on("disconnect", (sandbox) => tellForgotten(sandbox, tracker, terminal));
    const progress = setInterval(() => terminal.progress(() => progressOf(server)), progressMs);
    try {
      const waitFor = [attachment, containers].flatMap((each) => (each === undefined ? [] : [each.ready]));
      await printAlerts(detect(server, { ...judge, tracker, waitFor }), terminal, format);
    } finally {
      clearInterval(progress);
      terminal.done();
    }
    return true;
  });
}

/** What `stop` rejects with is told by whoever closes the same again. */
function onStop(signal: AbortSignal, stop: () => Promise<void>): void {
  const begin = (): void => void stop().catch(() => undefined);
  if (signal.aborted) begin();
  else signal.addEventListener("abort", begin, { once: true });
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
