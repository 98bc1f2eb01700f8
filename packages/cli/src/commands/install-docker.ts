import { resolve } from "node:path";
import { planDockerInstall, planDockerUninstall } from "sentrytap";
import { carryOut } from "../carry-out.ts";
import { ExitCode } from "../exit-code.ts";
import { type SessionOptions, sessionOf } from "../session-of.ts";
import type { Terminal } from "../terminal.ts";

/** Options of {@link uninstallDocker}. */
export interface DockerOptions {
  readonly runtime?: string;
  readonly configFile?: string;
  readonly apply?: boolean;
}

/** Options of {@link installDocker}. */
export interface DockerInstallOptions extends DockerOptions, SessionOptions {
  readonly podInit?: string;
}

const reload =
  "done; have Docker read its configuration again: systemctl reload docker, or SIGHUP to dockerd";

/** Has containers of a Docker runtime connect. */
export async function installDocker(options: DockerInstallOptions, terminal: Terminal): Promise<ExitCode> {
  const {
    runtime = "runsc",
    configFile = "/etc/docker/daemon.json",
    podInit,
    runsc,
    apply = false,
  } = options;
  const path = resolve(configFile);
  const plan = await carryOut(
    () =>
      planDockerInstall({
        daemonJson: path,
        runtime,
        session: (program) => sessionOf({ ...options, runsc: program }, terminal),
        ...(podInit !== undefined && { podInit: resolve(podInit) }),
        ...(runsc !== undefined && { runsc }),
      }),
    { path, apply },
    terminal,
  );
  if (plan.steps.length > 0 && options.rules === undefined && options.all !== true) {
    terminal.warn("the session is what the starter rules need: -r names others");
  }
  if (!apply || plan.steps.length === 0) return ExitCode.fine;
  terminal.warn(reload);
  terminal.warn(
    `what is started from then on connects to ${options.endpoint}: docker run --runtime=${runtime} ...`,
  );
  return ExitCode.fine;
}

/** Takes back what {@link installDocker} did. */
export async function uninstallDocker(options: DockerOptions, terminal: Terminal): Promise<ExitCode> {
  const { runtime = "runsc", configFile = "/etc/docker/daemon.json", apply = false } = options;
  const path = resolve(configFile);
  const plan = await carryOut(
    () => planDockerUninstall({ daemonJson: path, runtime }),
    { path, apply },
    terminal,
  );
  if (!apply || plan.steps.length === 0) return ExitCode.fine;
  terminal.warn(reload);
  terminal.warn("where daemon.json has no runtimes any more, only a restart has Docker forget the last");
  return ExitCode.fine;
}
