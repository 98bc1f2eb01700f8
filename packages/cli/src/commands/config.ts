import { podInitConfig } from "sentrytap";
import { ExitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

/** Options of {@link config}. */
export interface ConfigOptions {
  readonly endpoint: string;
  readonly all?: boolean;
}

/** `sentrytap config`: the file for `runsc --pod-init-config`. */
export async function config(options: ConfigOptions, terminal: Terminal): Promise<ExitCode> {
  const file = podInitConfig({
    endpoint: options.endpoint,
    points: options.all === true ? "all" : "pipeline",
  });
  await terminal.print([JSON.stringify(file, undefined, 2)]);
  return ExitCode.fine;
}
