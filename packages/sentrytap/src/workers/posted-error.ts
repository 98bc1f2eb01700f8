import { type ErrorCode, TraceError } from "@sentrytap/core";

/** An error as it crosses threads: a structured clone would lose its code. */
export interface PostedError {
  readonly code: ErrorCode | undefined;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

export function postError(error: unknown): PostedError {
  if (!(error instanceof Error)) {
    return { code: undefined, name: "Error", message: String(error), stack: undefined };
  }
  const { name, message, stack } = error;
  return { code: error instanceof TraceError ? error.code : undefined, name, message, stack };
}

/** The error again: of the same kind where it was ours, and as its `cause` what the worker had. */
export function readError({ code, name, message, stack }: PostedError): Error {
  const cause = Object.assign(new Error(message), { name, ...(stack !== undefined && { stack }) });
  return code === undefined ? cause : new TraceError(code, message, { cause });
}

/** Likewise, of what can be nothing but ours. */
export function readTraceError(posted: PostedError): TraceError {
  const error = readError(posted);
  return error instanceof TraceError ? error : new TraceError("ERR_WORKER", error.message, { cause: error });
}
