import { TraceError } from "@sentrytap/core";

/** What the kernel's socket address has room for, less the NUL behind it. */
const PATH_LIMIT = 107;

/** Checks a socket path; throws where the kernel could not take it as it is. */
export function checkPath(path: string): string {
  const fault = (what: string) =>
    new TraceError("ERR_INVALID_ARGUMENT", `socket path ${JSON.stringify(path)} ${what}`);
  if (path === "") throw fault("is empty");
  if (path.startsWith("\0"))
    throw fault("is abstract (it begins with NUL), but runsc connects to paths only: name a file");
  if (path.includes("\0")) throw fault("has a NUL in it");
  const size = new TextEncoder().encode(path).length;
  if (size > PATH_LIMIT) {
    throw fault(`has ${size} bytes, but a Unix socket path can have ${PATH_LIMIT}: choose a shorter folder`);
  }
  return path;
}

/** Checks an option that is a whole number. */
export function checkInteger(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new TraceError(
    "ERR_INVALID_ARGUMENT",
    `${name} is ${String(value)}, but has to be a whole number from ${least} to ${most}`,
  );
}
