import { TraceError } from "@sentrytap/core";

/** Where Docker and its runtimes' configuration are. */
export interface DockerPaths {
  /** Docker's configuration. Default `/etc/docker/daemon.json`. */
  readonly daemonJson?: string;
  /** Name of the runtime, as in `docker run --runtime`. Default `runsc`. */
  readonly runtime?: string;
}

/** The paths, with what is beside them. */
export interface CheckedDockerPaths {
  readonly daemonJson: string;
  readonly runtime: string;
}

/**
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where a path is not absolute, or the name is none that Docker takes.
 */
export function dockerPaths({
  daemonJson = "/etc/docker/daemon.json",
  runtime = "runsc",
}: DockerPaths): CheckedDockerPaths {
  checkPath(daemonJson, "the path of daemon.json");
  // Docker makes a file of this name, and has a runtime runc of its own.
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(runtime) || runtime === "runc") {
    throw new TraceError(
      "ERR_INVALID_ARGUMENT",
      `the runtime's name must be of letters, digits and _.-, and not runc, and is ${JSON.stringify(runtime)}`,
    );
  }
  return { daemonJson, runtime };
}

/** @throws {TraceError} `ERR_INVALID_ARGUMENT` where `path` is not absolute. */
export function checkPath(path: string, what: string): void {
  if (path.startsWith("/") && !path.endsWith("/") && !path.includes("\0")) return;
  throw new TraceError("ERR_INVALID_ARGUMENT", `${what} must be absolute, and is ${JSON.stringify(path)}`);
}

/**
 * Checks a path that is given to a runtime: Docker starts runtimes with arguments by way of a shell script in which it
 * quotes nothing.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where a shell would take it for something else.
 */
export function checkShellPath(path: string, what: string): void {
  checkPath(path, what);
  if (/^[\w/.+:@%,=-]+$/.test(path)) return;
  throw new TraceError(
    "ERR_INVALID_ARGUMENT",
    `${what} has signs that the shell script of Docker's runtimes would not pass on: ${JSON.stringify(path)}`,
  );
}
