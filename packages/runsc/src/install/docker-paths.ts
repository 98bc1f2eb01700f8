import { TraceError } from "@sentrytap/core";
import { checkPath } from "./check-path.ts";

/** Where Docker and its runtimes' configuration are. */
export interface DockerPaths {
  /** Docker's configuration. Default `/etc/docker/daemon.json`. */
  readonly daemonJson?: string;
  /** Name of the runtime, as in `docker run --runtime`. Default `runsc`. */
  readonly runtime?: string;
}

/** {@link DockerPaths}, checked, with the defaults filled in. */
export interface CheckedDockerPaths {
  readonly daemonJson: string;
  readonly runtime: string;
}

/**
 * What is given, checked, and the defaults for what is not.
 *
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
