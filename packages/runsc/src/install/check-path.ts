import { TraceError } from "@sentrytap/core";

/**
 * Checks the path of a file, which messages call `what`.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where it is not absolute.
 */
export function checkPath(path: string, what: string): void {
  if (path.startsWith("/") && !path.endsWith("/") && !path.includes("\0")) return;
  throw new TraceError("ERR_INVALID_ARGUMENT", `${what} must be absolute, and is ${JSON.stringify(path)}`);
}

/**
 * Checks a path that is given to a runtime: Docker starts runtimes with arguments by way of a shell script in which it
 * quotes nothing.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where it is not absolute, or a shell would take it for something else.
 */
export function checkShellPath(path: string, what: string): void {
  checkPath(path, what);
  if (/^[\w/.+:@%,=-]+$/.test(path)) return;
  throw new TraceError(
    "ERR_INVALID_ARGUMENT",
    `${what} has signs that the shell script of Docker's runtimes would not pass on: ${JSON.stringify(path)}`,
  );
}
