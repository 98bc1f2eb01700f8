import { printable } from "sentrytap";
import { ExitCode } from "../exit-code.ts";
import { planOf, type SessionOptions, sessionOf } from "../session-of.ts";
import type { Terminal } from "../terminal.ts";

/** Options of {@link config}. */
export interface ConfigOptions extends SessionOptions {
  readonly why?: boolean;
}

/** `sentrytap config`: the file for `runsc --pod-init-config`, or why each of its points is there. */
export async function config(options: ConfigOptions, terminal: Terminal): Promise<ExitCode> {
  if (options.why === true) {
    const { reasons } = await planOf(options, terminal);
    await terminal.print(
      Array.from(reasons, ([point, why]) => `${point}\t${why.map((each) => printable(each)).join(", ")}`),
    );
  } else {
    await terminal.print([JSON.stringify(await sessionOf(options, terminal), undefined, 2)]);
  }
  return ExitCode.fine;
}
