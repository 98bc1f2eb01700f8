import { TraceError } from "@sentrytap/core";

/** `error` as a {@link TraceError} that says `what`: `ERR_INSTALL`, unless it is one already. */
export function installError(error: unknown, what: string): TraceError {
  if (error instanceof TraceError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new TraceError("ERR_INSTALL", `${what}: ${why}`, { cause: error });
}
