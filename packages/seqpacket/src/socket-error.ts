import { getSystemErrorName } from "node:util";
import { type ErrorCode, TraceError } from "@sentrytap/core";

/** The error underneath a {@link TraceError} of this package, in the shape of Node's own system errors. */
export interface SystemError extends Error {
  /** Such as `EADDRINUSE`. */
  readonly code: string;
  /** Negative, as in Node's errors. */
  readonly errno: number;
  /** The system call that failed, such as `bind`. */
  readonly syscall: string;
}

/** The name of a positive errno, such as `ECONNRESET`. */
export function errnoName(errno: number): string {
  try {
    return getSystemErrorName(-errno);
  } catch {
    return `errno ${errno}`;
  }
}

/** An error of a system call, by the positive errno. */
export function systemError(syscall: string, errno: number): SystemError {
  const code = errnoName(errno);
  return Object.assign(new Error(`${syscall}: ${code}`), { code, errno: -errno, syscall });
}

/** The errno and call of an error that the addon threw; undefined for an error of another kind. */
function causeOf(error: unknown): SystemError | undefined {
  if (!(error instanceof Error && "errno" in error && "syscall" in error)) return undefined;
  return systemError(String(error.syscall), Number(error.errno));
}

/** What `call` returns; where a system call fails in it, throws what `fault` makes of that. */
export function carefully<T>(call: () => T, fault: (cause: SystemError) => TraceError): T {
  try {
    return call();
  } catch (error) {
    const cause = causeOf(error);
    throw cause === undefined ? error : fault(cause);
  }
}

/** The mend of what goes wrong most often, by call and errno. */
const mends: Readonly<Record<string, string>> = {
  "bind ENOENT": "; its directory does not exist, make it first",
  "bind EACCES": "; this user may not write to its directory",
  "bind EROFS": "; its file system is read-only",
  "connect ENOENT": "; nothing is there, is the server running?",
  "connect ECONNREFUSED": "; nobody listens there any more",
  "connect EACCES": "; this user may not connect, see the server's mode",
  "connect EPROTOTYPE": "; that is a socket of another type",
  "sendmmsg EPIPE": "; the other side has hung up",
  "sendmmsg ECONNRESET": "; the other side has hung up",
  "socket EMFILE": "; too many files are open, see ulimit -n",
};

/** Wraps a system error; `mend` says what to do about it. */
export function socketError(code: ErrorCode, what: string, cause: SystemError, mend?: string): TraceError {
  const hint = mend ?? mends[`${cause.syscall} ${cause.code}`] ?? "";
  return new TraceError(code, `${what}: ${cause.syscall} failed with ${cause.code}${hint}`, { cause });
}
