import { constants } from "node:os";
import { printable, TraceError } from "@sentrytap/core";
import type { EventEmitter } from "eventemitter3";
import { readTraceError } from "./posted-error.ts";
import type { DeliveryItem, PostedAlert } from "./thread-messages.ts";
import type { WatchedSandboxes } from "./watched-sandboxes.ts";
import type { WorkerAlert } from "./worker-alerts.ts";
import type { WorkerHandle } from "./worker-handle.ts";
import type { WorkersEvents } from "./workers-events.ts";

/** What is an event, not alerts. */
type EventItem = Exclude<DeliveryItem, { readonly kind: "alerts" }>;

/** The alerts, of `sandboxes`. */
export function alertsOf(posted: readonly PostedAlert[], sandboxes: WatchedSandboxes): WorkerAlert[] {
  return posted.map(({ sandbox, sandboxId, ...plain }) => ({
    ...plain,
    sandbox: sandboxes.named(sandbox, sandboxId),
  }));
}

/** Emits what a worker tells. */
export function tell(
  events: EventEmitter<WorkersEvents>,
  item: EventItem,
  sandboxes: WatchedSandboxes,
): void {
  switch (item.kind) {
    case "connect":
      events.emit("connect", sandboxes.add(item.sandbox));
      break;
    case "disconnect":
      events.emit("disconnect", sandboxes.find(item.now), { ...item.disconnection, tables: item.tables });
      sandboxes.remove(item.now.number);
      break;
    case "drop":
      events.emit("drop", sandboxes.find(item.now), { dropped: item.dropped });
      break;
    case "malformed": {
      const error = readTraceError(item.error);
      events.emit("malformed", sandboxes.find(item.now), { count: item.count, error });
      break;
    }
    case "error":
      events.emit("error", readTraceError(item.error), item.peer);
      break;
    case "trouble":
      events.emit("trouble", { ...item, error: readTraceError(item.error) });
      break;
  }
}

/** Sandboxes that an error names. */
const maxNamed = 10;

/** Emits what becomes of the sandboxes of a worker that died. @throws {TraceError} where nobody listens, or none is left. */
export function tellDeath(
  events: EventEmitter<WorkersEvents>,
  { sandboxes }: WorkerHandle,
  death: TraceError,
  isLast: boolean,
): void {
  const lost = sandboxes.clear();
  const names = lost.slice(0, maxNamed).map(({ id }) => printable(id));
  const more = lost.length > maxNamed ? ` and ${lost.length - maxNamed} more` : "";
  const list = lost.length === 0 ? "" : `: ${names.join(", ")}${more}`;
  const what = `${death.message}. Sandboxes that it watched, are disconnected and run on unwatched: ${lost.length}${list}`;
  const error = new TraceError(death.code, what, { cause: death.cause });
  const isHeard = events.emit("error", error, undefined);
  for (const sandbox of lost) {
    events.emit("disconnect", sandbox, { errno: constants.errno.ECONNABORTED, tables: undefined });
  }
  if (isLast || !isHeard) throw error;
}
