import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import {
  type Architecture,
  createRunsc,
  type Fidelity,
  type InstallPlan,
  planFileInstall,
  planFileUninstall,
  printable,
} from "sentrytap";
import { carryOut } from "../carry-out.ts";
import { ExitCode } from "../exit-code.ts";
import { othersWhoWrite } from "../others-who-write.ts";
import { type SelectionOptions, selectionArgs } from "../selection.ts";
import { loadOptionRules } from "../session-of.ts";
import { systemdUnit } from "../systemd-unit.ts";
import type { Terminal } from "../terminal.ts";

/** Options of {@link uninstallSystemd}. */
export interface SystemdOptions {
  readonly unit?: string;
  readonly apply?: boolean;
}

/** Options of {@link installSystemd}. */
export interface SystemdInstallOptions extends SystemdOptions, SelectionOptions {
  readonly endpoint: string;
  readonly rules?: readonly string[];
  readonly arch?: Architecture;
  readonly fidelity?: Fidelity;
  readonly runsc?: string;
}

const defaultUnit = "/etc/systemd/system/sentrytap.service";

const head = `# Written by sentrytap install --systemd, and removed by sentrytap uninstall --systemd, as long as it is as it was
# written. What is to be otherwise goes beside it: systemctl edit sentrytap
`;

/** Has a service listen: writes its unit. */
export async function installSystemd(options: SystemdInstallOptions, terminal: Terminal): Promise<ExitCode> {
  const { unit = defaultUnit, apply = false, endpoint } = options;
  const path = resolve(unit);
  // A service with rules that are wrong would not start.
  await loadOptionRules(options, terminal);
  const program = await ownProgram();
  const args = detectArgs(options, await runscPath(options.runsc));
  const body = systemdUnit({ command: [...program, ...args], endpoint });
  const plan = await carryOut(() => planFileInstall({ path, head, body }), { path, apply }, terminal);
  for (const writer of await othersWhoWrite(program)) {
    terminal.warn(`not only root can write to ${writer}, of what the service runs as root`);
  }
  for (const hidden of [...program, ...(options.rules ?? []).map((file) => resolve(file))].filter(
    isTemporary,
  )) {
    terminal.warn(
      `the service has a /tmp of its own, in which there is no ${printable(hidden)}: put it elsewhere`,
    );
  }
  if (!apply || plan.steps.length === 0) return ExitCode.fine;
  const name = basename(path, ".service");
  terminal.warn(
    `done; start it: systemctl daemon-reload && systemctl enable ${name} && systemctl restart ${name}`,
  );
  return ExitCode.fine;
}

/** Takes back what {@link installSystemd} did. */
export async function uninstallSystemd(options: SystemdOptions, terminal: Terminal): Promise<ExitCode> {
  const { unit = defaultUnit, apply = false } = options;
  const path = resolve(unit);
  const plan = await carryOut(() => planUninstall(path), { path, apply }, terminal);
  if (apply && plan.steps.length > 0) terminal.warn("done; have systemd forget it: systemctl daemon-reload");
  return ExitCode.fine;
}

function isTemporary(path: string): boolean {
  return /^\/(var\/)?tmp\//.test(path);
}

async function planUninstall(path: string): Promise<InstallPlan> {
  const plan = await planFileUninstall(path);
  const name = basename(path, ".service");
  const wanted = await lstat(join(dirname(path), "multi-user.target.wants", basename(path))).catch(
    () => undefined,
  );
  if (wanted === undefined) return plan;
  const note = `the service is enabled, and may run: first systemctl disable --now ${name}`;
  return { ...plan, notes: [...plan.notes, note] };
}

/** Node.js and this command, where they really are: the service has no PATH to find them on. */
async function ownProgram(): Promise<readonly string[]> {
  const command = fileURLToPath(new URL("../../bin/sentrytap.js", import.meta.url));
  return [process.execPath, await realpath(command)];
}

/** Where runsc is. That there is one, which runs, is told now, where it is seen; asking for a version looks at no root. */
async function runscPath(given: string | undefined): Promise<string> {
  const runsc = createRunsc({ root: "/", ...(given !== undefined && { path: resolve(given) }) });
  await runsc.version();
  return runsc.path;
}

function detectArgs(options: SystemdInstallOptions, runsc: string): readonly string[] {
  const { endpoint, rules = [], arch, fidelity } = options;
  return [
    ...["detect", "--listen", endpoint, "--attach", "--runsc", runsc, "--print", "container"],
    ...rules.flatMap((file) => ["-r", resolve(file)]),
    ...selectionArgs(options),
    ...(fidelity === undefined ? [] : ["--fidelity", fidelity]),
    ...(arch === undefined ? [] : ["--arch", arch]),
  ];
}
