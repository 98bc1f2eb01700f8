import { TraceError } from "@sentrytap/core";

/** What is wrong with a source: it cannot be asked, or what it answers is of no use. */
export function sourceError(source: string, what: string, cause?: unknown): TraceError {
  return new TraceError("ERR_CONTAINER_SOURCE", `${source} ${what}`, cause === undefined ? {} : { cause });
}

/** Longest text of somebody else's error that is repeated. */
const maxReason = 300;

/** Why something failed, in somebody else's words. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, maxReason);
}
