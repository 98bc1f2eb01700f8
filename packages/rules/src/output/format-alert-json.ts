import type { Alert } from "../alert.ts";
import { alertLine, type TimeFormat, timeField } from "./alert-line.ts";
import type { OutputValue } from "./output-format.ts";

/** Options of {@link formatAlertJson}. */
export interface FormatAlertJsonOptions {
  /** How the output begins: with the local time of day, as Falco's default, or with date and time in UTC. */
  readonly timeFormat?: TimeFormat;
  /** Adds the name of the host, as Falco does by default. */
  readonly hostname?: string;
}

/** An alert as the JSON line that Falco writes for it, without a newline: key for key, all integers exact. */
export function formatAlertJson(
  alert: Alert,
  { timeFormat = "local", hostname }: FormatAlertJsonOptions = {},
): string {
  const fields = { ...alert.outputFields, [timeField(timeFormat)]: alert.timeNs };
  const parts = [
    ...(hostname === undefined ? [] : [`"hostname":${JSON.stringify(hostname)}`]),
    `"output":${JSON.stringify(alertLine(alert, timeFormat))}`,
    `"output_fields":${fieldsToJson(fields)}`,
    `"priority":${JSON.stringify(alert.priority)}`,
    `"rule":${JSON.stringify(alert.rule)}`,
    `"source":${JSON.stringify(alert.source)}`,
    `"tags":${JSON.stringify(alert.tags)}`,
    `"time":${JSON.stringify(alert.time)}`,
  ];
  return `{${parts.join(",")}}`;
}

function fieldsToJson(fields: Readonly<Record<string, OutputValue>>): string {
  const parts = Object.keys(fields)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${valueToJson(fields[name] ?? null)}`);
  return `{${parts.join(",")}}`;
}

/** JSON has integers of any length; only JavaScript's own numbers end at 2^53. */
function valueToJson(value: OutputValue): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(valueToJson).join(",")}]`;
  return JSON.stringify(value);
}
