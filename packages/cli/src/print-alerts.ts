import type { Batches } from "sentrytap";
import type { Terminal } from "./terminal.ts";

/** Prints alerts, a line each, until there are no more, or nobody to read them. */
export async function printAlerts<Alert>(
  alerts: { batches(): Batches<Alert> },
  terminal: Terminal,
  format: (alert: Alert) => string,
): Promise<void> {
  for await (const batch of alerts.batches()) {
    await terminal.print(batch.map(format));
    if (terminal.closed) return;
  }
}
