import {
  type AppendOutput,
  formatAlertJson,
  formatAlertText,
  gvisorOutput,
  type LoadOptions,
  type PlainAlert,
  type TimeFormat,
} from "sentrytap";

/** The keys that a JSON line can do without. */
export const omissible = ["output", "output_fields", "tags"] as const;

/** How alerts are written: options of the command. */
export interface AlertLineOptions {
  readonly format?: "json" | "text";
  readonly print?: readonly string[];
  readonly time?: TimeFormat;
  readonly omit?: readonly (typeof omissible)[number][];
  readonly hostname?: string;
}

/** What writes an alert. */
export function alertLine(
  { format, time, omit = [], hostname }: AlertLineOptions,
  interactive: boolean,
): (alert: PlainAlert) => string {
  const style = time === undefined ? {} : { timeFormat: time };
  if ((format ?? (interactive ? "text" : "json")) === "text") return (alert) => formatAlertText(alert, style);
  const json = {
    ...style,
    ...(hostname !== undefined && { hostname }),
    includeOutput: !omit.includes("output"),
    includeOutputFields: !omit.includes("output_fields"),
    includeTags: !omit.includes("tags"),
  };
  return (alert) => formatAlertJson(alert, json);
}

/** What has to be known of it where rules are loaded. */
export function outputOptions({
  print = [],
  hostname,
}: AlertLineOptions): Pick<LoadOptions, "hostname" | "output"> {
  return {
    ...(hostname !== undefined && { hostname }),
    ...(print.length > 0 && { output: { append: print.flatMap(readPrint) } }),
  };
}

const containers = ["c", "container", "k", "kubernetes"];
const gvisor = ["cg", "container-gvisor", "kg", "kubernetes-gvisor"];

/** A format, or one of Falco's words for what it adds of containers. */
function readPrint(print: string): readonly AppendOutput[] {
  if (containers.includes(print)) return [{ suggestedOutput: true }];
  if (gvisor.includes(print)) return [{ suggestedOutput: true }, { extraOutput: gvisorOutput }];
  return [{ extraOutput: print }];
}
