import { ExitCode } from "../exit-code.ts";
import { type SessionOptions, sessionOf } from "../session-of.ts";
import type { Terminal } from "../terminal.ts";

/** `sentrytap config`: the file for `runsc --pod-init-config`. */
export async function config(options: SessionOptions, terminal: Terminal): Promise<ExitCode> {
  await terminal.print([JSON.stringify(sessionOf(options), undefined, 2)]);
  return ExitCode.fine;
}
