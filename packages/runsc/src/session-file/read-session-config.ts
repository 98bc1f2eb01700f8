import { TraceError } from "@sentrytap/core";
import { checkSessionConfig } from "./check-session-config.ts";
import { formatSessionProblem, type SessionFile } from "./session-file.ts";

/**
 * Reads a session file: that of `runsc --pod-init-config`, `{"trace_session": {...}}`, or the bare session of `runsc trace
 * create --config`. It is as strict as gVisor is, which takes no unknown keys; `name` is what messages call the file.
 *
 * @throws {TraceError} `ERR_SESSION` where the file is wrong: the message has a line for every error, with file, line and
 * column. {@link checkSessionConfig} gives them as values.
 *
 * @example
 * const { session } = readSessionConfig(await readFile("pod-init.json", "utf8"), "pod-init.json");
 * const coverage = coverageOf(rules, { stream: streamOf(session) });
 */
export function readSessionConfig(text: string, name: string): SessionFile {
  const read = checkSessionConfig(text, name);
  if ("session" in read) return read;
  throw new TraceError("ERR_SESSION", read.problems.map(formatSessionProblem).join("\n"));
}
