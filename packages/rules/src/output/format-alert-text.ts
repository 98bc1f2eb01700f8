import { printable } from "@sentrytap/core";
import type { PlainAlert } from "../alert.ts";
import { alertLine, type TimeFormat } from "./alert-line.ts";

/** Options of {@link formatAlertText}. */
export interface FormatAlertTextOptions {
  /** How the line begins: with the local time of day, as Falco's default, or with date and time in UTC. */
  readonly timeFormat?: TimeFormat;
}

/**
 * An alert as the line of text that Falco writes for it, without a newline. What a sandbox puts in names and arguments
 * cannot move the cursor, begin a new line, turn the writing direction or hide: such characters become dots.
 *
 * @example
 * formatAlertText(alert); // 18:39:27.542112944: Error Package management process launched ...
 */
export function formatAlertText(
  alert: PlainAlert,
  { timeFormat = "local" }: FormatAlertTextOptions = {},
): string {
  return printable(alertLine(alert, timeFormat), () => ".");
}
