import { printableJson } from "@sentrytap/core";
import type { PlainAlert } from "../alert.ts";
import { alertLine, type TimeFormat, timeField } from "./alert-line.ts";
import type { OutputValue } from "./output-format.ts";

/** Options of {@link formatAlertJson}. */
export interface FormatAlertJsonOptions {
  /** How the output begins: with the local time of day, as Falco's default, or with date and time in UTC. */
  readonly timeFormat?: TimeFormat;
  /** Adds the name of the host, as Falco does by default. */
  readonly hostname?: string;
  /** Whether the line has `output`, as Falco's `json_include_output_property`. Default true. */
  readonly includeOutput?: boolean;
  /** Whether it has `output_fields`, as Falco's `json_include_output_fields_property`. Default true. */
  readonly includeOutputFields?: boolean;
  /** Whether it has `tags`, as Falco's `json_include_tags_property`. Default true. */
  readonly includeTags?: boolean;
  /** Whether it has `message`, the output without time and priority, as Falco's `json_include_message_property`. Default false. */
  readonly includeMessage?: boolean;
}

/**
 * An alert as the JSON line that Falco writes for it, without a newline: key for key, all integers exact. What could move a
 * cursor or hide is written as an escape.
 */
export function formatAlertJson(alert: PlainAlert, options: FormatAlertJsonOptions = {}): string {
  const { timeFormat = "local", hostname, includeMessage = false } = options;
  const { includeOutput = true, includeOutputFields = true, includeTags = true } = options;
  const parts: string[] = [];
  const add = (key: string, value: string): void => void parts.push(`"${key}":${value}`);
  if (hostname !== undefined) add("hostname", JSON.stringify(hostname));
  if (includeMessage) add("message", JSON.stringify(alert.output));
  if (includeOutput) add("output", JSON.stringify(alertLine(alert, timeFormat)));
  if (includeOutputFields) {
    const time = timeField(timeFormat);
    const fields = { ...alert.outputFields, [time]: alert.outputFields[time] ?? alert.timeNs };
    add("output_fields", fieldsToJson(fields));
  }
  add("priority", JSON.stringify(alert.priority));
  add("rule", JSON.stringify(alert.rule));
  add("source", JSON.stringify(alert.source));
  if (includeTags) add("tags", JSON.stringify(alert.tags));
  add("time", JSON.stringify(alert.time));
  return printableJson(`{${parts.join(",")}}`);
}

function fieldsToJson(fields: Readonly<Record<string, OutputValue>>): string {
  const parts = Object.keys(fields)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${valueToJson(fields[name] ?? null)}`);
  return `{${parts.join(",")}}`;
}

/**
 * JSON has integers of any length; only JavaScript's own numbers end at 2^53. What JSON has not, and fields must not give, such
 * as a function, is null.
 */
function valueToJson(value: OutputValue): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(valueToJson).join(",")}]`;
  // TypeScript does not know that there can be nothing.
  return (JSON.stringify(value) as string | undefined) ?? "null";
}
