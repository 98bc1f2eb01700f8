import { compile, type Filter, formatDiagnostic, TraceError } from "sentrytap";
import type { Terminal } from "./terminal.ts";

/**
 * The filter of `--where`.
 *
 * @throws {TraceError} `ERR_RULES` where it is wrong.
 */
export function compileWhere(condition: string, terminal: Terminal): Filter {
  const compiled = compile(condition, { name: "--where" });
  if (!compiled.ok) {
    const lines = compiled.diagnostics.map((one) => formatDiagnostic(one, { snippet: true }));
    throw new TraceError("ERR_RULES", lines.join("\n"));
  }
  for (const warning of compiled.warnings) terminal.say(formatDiagnostic(warning, { snippet: true }));
  return compiled.filter;
}
