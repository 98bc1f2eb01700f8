import { printable, type SentryServer } from "sentrytap";
import type { Terminal } from "./terminal.ts";

/** Tells the person what goes on at `server`: trouble always, comings and goings on a terminal only. */
export function watchServer(server: SentryServer, terminal: Terminal): void {
  terminal.notice(`listening at ${server.path}`);
  server.on("connect", ({ peer }) => terminal.notice(`a sandbox connected (runsc is process ${peer.pid})`));
  server.on("disconnect", ({ id, counters }) => {
    terminal.notice(`sandbox ${printable(id)} is gone after ${counters.messages} messages`);
  });
  server.on("drop", ({ id, counters }, { dropped }) => {
    terminal.warn(
      `sandbox ${printable(id)} dropped ${dropped} points, ${counters.dropped} so far: events are missing`,
    );
  });
  server.on("malformed", ({ id }, { count, error }) => {
    terminal.warn(
      `sandbox ${printable(id)} sent ${count} unusable packets, the last because ${error.message}`,
    );
  });
  server.on("error", (error, peer) => {
    terminal.warn(`${error.message}${peer === undefined ? "" : ` (process ${peer.pid}, user ${peer.uid})`}`);
  });
}
