import { planDockerInstall, planDockerUninstall, TraceError } from "sentrytap";
import { carryOut } from "../carry-out.ts";
import { ExitCode } from "../exit-code.ts";
import { type SessionOptions, sessionOf } from "../session-of.ts";
import type { Terminal } from "../terminal.ts";

/** Options of {@link uninstall}. */
export interface UninstallOptions {
  readonly docker?: boolean;
  readonly runtime: string;
  readonly configFile: string;
  readonly apply?: boolean;
}

/** Options of {@link install}. */
export interface InstallOptions extends UninstallOptions, SessionOptions {
  readonly runsc?: string;
  readonly podInit: string;
}

/** `sentrytap install`: has containers of a Docker runtime connect. */
export async function install(options: InstallOptions, terminal: Terminal): Promise<ExitCode> {
  checkTarget(options);
  const { runtime, configFile: path, runsc, podInit, endpoint, apply = false } = options;
  const session = await sessionOf(options, terminal);
  const plan = await carryOut(
    () =>
      planDockerInstall({
        daemonJson: path,
        runtime,
        podInit,
        session,
        ...(runsc !== undefined && { runsc }),
      }),
    { path, apply },
    terminal,
  );
  if (!apply || plan.steps.length === 0) return ExitCode.fine;
  terminal.warn(
    "done; have Docker read its configuration again: systemctl reload docker, or SIGHUP to dockerd",
  );
  terminal.warn(
    `containers that are started from then on connect to ${endpoint}: docker run --runtime=${runtime} ...`,
  );
  return ExitCode.fine;
}

/** `sentrytap uninstall`: takes back what {@link install} did. */
export async function uninstall(options: UninstallOptions, terminal: Terminal): Promise<ExitCode> {
  checkTarget(options);
  const { runtime, configFile: path, apply = false } = options;
  const plan = await carryOut(
    () => planDockerUninstall({ daemonJson: path, runtime }),
    { path, apply },
    terminal,
  );
  if (!apply || plan.steps.length === 0) return ExitCode.fine;
  terminal.warn(
    "done; restart Docker: until then it starts containers as it did, with a file that may be gone",
  );
  return ExitCode.fine;
}

function checkTarget({ docker }: UninstallOptions): void {
  if (docker === true) return;
  throw new TraceError("ERR_INVALID_ARGUMENT", "say what for: --docker");
}
