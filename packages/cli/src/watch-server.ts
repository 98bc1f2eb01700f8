import { printable, type SentryServer, type SentryServerEvents, type SentryServerStats } from "sentrytap";
import type { Terminal } from "./terminal.ts";

/** Tells the person what goes on at `server`: trouble always, comings and goings on a terminal only. */
export function watchServer(server: SentryServer, terminal: Terminal): void {
  terminal.notice(`listening at ${server.path}`);
  const { connect, disconnect, drop, malformed, error } = serverListeners(terminal);
  server.on("connect", connect);
  server.on("disconnect", disconnect);
  server.on("drop", drop);
  server.on("malformed", malformed);
  server.on("error", error);
}

/** How it goes, in a line. */
export function describeServer({ sandboxes, messages }: SentryServerStats): string {
  return `${sandboxes.length} sandboxes connected, ${messages} messages`;
}

/** What is told of each event of a server. */
export function serverListeners(terminal: Terminal): SentryServerEvents {
  return {
    connect: ({ peer }) => terminal.notice(`a sandbox connected (runsc is process ${peer.pid})`),
    disconnect: ({ id, counters }) =>
      terminal.notice(`sandbox ${printable(id)} is gone after ${counters.messages} messages`),
    drop: ({ id, counters }, { dropped }) =>
      terminal.warn(
        `sandbox ${printable(id)} dropped ${dropped} points, ${counters.dropped} so far: events are missing`,
      ),
    malformed: ({ id }, { count, error }) =>
      terminal.warn(
        `sandbox ${printable(id)} sent ${count} unusable packets, the last because ${error.message}`,
      ),
    error: (error, peer) =>
      terminal.warn(
        `${error.message}${peer === undefined ? "" : ` (process ${peer.pid}, user ${peer.uid})`}`,
      ),
  };
}
