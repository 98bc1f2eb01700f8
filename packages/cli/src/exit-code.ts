import { CommanderError } from "commander";
import { TraceError } from "sentrytap";

/** What the command ends with. Scripts rely on these. */
export const ExitCode = {
  fine: 0,
  /** Something failed while it ran. */
  failed: 1,
  /** It was called wrongly, or the rules or the configuration are wrong; nothing was started. */
  usage: 2,
} as const;

/** One of the numbers of {@link (ExitCode:variable)}. */
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The exit code for what ended a command. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.fine : ExitCode.usage;
  if (!(error instanceof TraceError)) return ExitCode.failed;
  switch (error.code) {
    case "ERR_RULES":
    case "ERR_SESSION":
    case "ERR_DAEMON_JSON":
    case "ERR_INVALID_ARGUMENT":
      return ExitCode.usage;
    default:
      return ExitCode.failed;
  }
}
