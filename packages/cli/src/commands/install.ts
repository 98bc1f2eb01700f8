import { TraceError } from "sentrytap";
import type { ExitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";
import {
  type DockerInstallOptions,
  type DockerOptions,
  installDocker,
  uninstallDocker,
} from "./install-docker.ts";
import {
  installSystemd,
  type SystemdInstallOptions,
  type SystemdOptions,
  uninstallSystemd,
} from "./install-systemd.ts";

/** For what it is installed. */
interface Target {
  readonly docker?: boolean;
  readonly systemd?: boolean;
}

/** Options of {@link install}. */
export type InstallOptions = Target & DockerInstallOptions & SystemdInstallOptions;

/** Options of {@link uninstall}. */
export type UninstallOptions = Target & DockerOptions & SystemdOptions;

/** `sentrytap install`: has containers of a Docker runtime connect, or has a service listen. */
export async function install(options: InstallOptions, terminal: Terminal): Promise<ExitCode> {
  if (targetOf(options) === "docker") return installDocker(options, terminal);
  return installSystemd(options, terminal);
}

/** `sentrytap uninstall`: takes back what {@link install} did. */
export async function uninstall(options: UninstallOptions, terminal: Terminal): Promise<ExitCode> {
  if (targetOf(options) === "docker") return uninstallDocker(options, terminal);
  return uninstallSystemd(options, terminal);
}

/** Options that say something of one target only. */
const ownOptions = {
  docker: ["runtime", "configFile", "podInit", "all"],
  systemd: ["unit"],
} as const;

function targetOf(options: InstallOptions | UninstallOptions): "docker" | "systemd" {
  const { docker = false, systemd = false } = options;
  if (docker === systemd) throw new TraceError("ERR_INVALID_ARGUMENT", "say what for: --docker or --systemd");
  const [target, other] = docker ? (["docker", "systemd"] as const) : (["systemd", "docker"] as const);
  const given: ReadonlySet<string> = new Set(Object.keys(options));
  const wrong = ownOptions[other].find((name) => given.has(name));
  if (wrong === undefined) return target;
  const flag = wrong.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new TraceError("ERR_INVALID_ARGUMENT", `--${flag} goes with --${other}, not with --${target}`);
}
