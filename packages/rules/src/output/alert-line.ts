import type { PlainAlert } from "../alert.ts";
import { formatIsoOffset, formatLocalTime, nanoseconds } from "../timestamp.ts";

/** How an output begins: with the local time of day, or with date and time in UTC. */
export type TimeFormat = "local" | "iso8601";

/** The field that holds the time which an output begins with. */
export function timeField(format: TimeFormat): string {
  return format === "local" ? "evt.time" : "evt.time.iso8601";
}

/** Time, priority and output, as Falco puts them in one line. */
export function alertLine({ timeNs, priority, output }: PlainAlert, format: TimeFormat): string {
  const time =
    format === "local" ? `${formatLocalTime(timeNs)}.${nanoseconds(timeNs)}` : formatIsoOffset(timeNs);
  return `${time}: ${priority} ${output}`;
}
