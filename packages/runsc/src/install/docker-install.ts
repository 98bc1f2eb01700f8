import { TraceError } from "@sentrytap/core";
import { createRunsc } from "../driver/runsc.ts";
import type { PodInitConfig } from "../pod-init-config.ts";
import { checkShellPath } from "./check-path.ts";
import type { DaemonJson } from "./daemon-json.ts";
import { type DockerFiles, readDockerFiles } from "./docker-files.ts";
import { type DockerPaths, dockerPaths } from "./docker-paths.ts";
import { readFileState } from "./file-state.ts";
import { folderSteps } from "./folder-steps.ts";
import { hashOf } from "./hash-of.ts";
import { type Receipt, receiptText, recordOf } from "./receipt.ts";
import { addPodInit, type RuntimeEdit } from "./runtime-entry.ts";
import type { FolderStep, InstallPlan, InstallStep, WriteStep } from "./step.ts";

/** Options of {@link planDockerInstall}. */
export interface DockerInstallOptions extends DockerPaths {
  /** What new sandboxes are to report, and where to: what the pod-init file will say. Can be made for the runtime's runsc. */
  readonly session: PodInitConfig | ((runsc: string) => PodInitConfig | Promise<PodInitConfig>);
  /** Where that file goes. Default `/etc/sentrytap/pod-init.json`. */
  readonly podInit?: string;
  /** Path of runsc, for a runtime that daemon.json does not have yet. Default: what {@link findRunsc} finds. */
  readonly runsc?: string;
}

/** The day of the first release that has `--pod-init-config`. */
const firstRelease = 20220704;

/**
 * What has to be done so that containers of a Docker runtime connect from their start: the pod-init file is written, and the
 * runtime in daemon.json gets `--pod-init-config`; where it is not there, it is added. All else in daemon.json stays as it is,
 * sign by sign. A copy of it from before, and a note of what was done, are kept beside it.
 *
 * @throws {TraceError} `ERR_DAEMON_JSON` where daemon.json is not as Docker has it; `ERR_INSTALL` where a file cannot be read,
 * or a pod-init file is there that somebody else wrote; `ERR_RUNSC` where there is no runsc that runs; `ERR_INVALID_ARGUMENT`
 * where an option is out of its range.
 */
export async function planDockerInstall(options: DockerInstallOptions): Promise<InstallPlan> {
  const { podInit = "/etc/sentrytap/pod-init.json", session } = options;
  const { daemonJson, runtime } = dockerPaths(options);
  checkShellPath(podInit, "the path of the pod-init file");
  const docker = await readDockerFiles(daemonJson, runtime);
  const runsc = await runscFor(docker.daemon, runtime, options.runsc);
  const edit = addPodInit(docker.daemon, { runtime, runsc, podInit });
  const config = await podInitStep(
    podInit,
    typeof session === "function" ? await session(runsc) : session,
    docker.installed,
  );
  // What a crash leaves behind is in the receipt, so that comes as early as it can.
  const outer = await folderSteps(docker.path);
  const inner = (await folderSteps(config?.path ?? podInit)).filter(isNotIn(outer));

  const receipt = {
    ...(edit === undefined ? docker.installed : withEdit(docker.installed, runtime, edit, docker.file?.text)),
    ...(config && { files: withFile(docker.installed.files, config) }),
    folders: [...docker.installed.folders, ...[...outer, ...inner].map(({ path }) => path)],
  };
  const steps: readonly (InstallStep | undefined)[] = [
    ...outer,
    receiptStep(docker, receipt),
    ...inner,
    edit && backupStep(docker),
    config,
    edit && daemonStep(docker, edit.text),
  ];
  const notes = config?.replaces === undefined ? [] : sharers(docker.daemon, runtime, podInit);
  return { steps: steps.filter((step) => step !== undefined), notes };
}

function isNotIn(steps: readonly FolderStep[]): (step: FolderStep) => boolean {
  return ({ path }) => !steps.some((step) => step.path === path);
}

/** Other runtimes that get the new session, too. */
function sharers({ podInits }: DaemonJson, runtime: string, podInit: string): readonly string[] {
  const others = [...podInits].filter(([name, file]) => name !== runtime && file === podInit);
  return others.map(([name]) => `${podInit} is also of the runtime ${name}, which gets the same session`);
}

/** The runtime's own, or that which is to be registered. */
async function runscFor({ runtime }: DaemonJson, name: string, given: string | undefined): Promise<string> {
  if (runtime !== undefined) {
    if (given === undefined || given === runtime.path) return runtime.path;
    throw new TraceError(
      "ERR_INVALID_ARGUMENT",
      `the runtime ${name} is there already, with ${runtime.path}, not with ${given}: change it in daemon.json, or register another`,
    );
  }
  // Its version is of no root, but it is asked as every call is.
  const runsc = createRunsc({ root: "/", ...(given !== undefined && { path: given }) });
  checkShellPath(runsc.path, "the path of runsc");
  const { text, release } = await runsc.version();
  if (release !== undefined && release < firstRelease) {
    throw new TraceError(
      "ERR_INSTALL",
      `${runsc.path} is ${text}, and --pod-init-config came with ${firstRelease}: install a newer gVisor`,
    );
  }
  return runsc.path;
}

/** `undefined` where the file is as it should be. */
async function podInitStep(
  path: string,
  session: PodInitConfig,
  { files }: Receipt,
): Promise<WriteStep | undefined> {
  const text = `${JSON.stringify(session, undefined, 2)}\n`;
  const { points, sinks } = session.trace_session;
  const endpoints = sinks.map(({ config }) => config.endpoint).join(", ");
  const about = `${points.length} points, to ${endpoints}`;
  const found = await readFileState(path);
  if (found === undefined) return { kind: "write", path, text, mode: 0o640, replaces: undefined, about };
  if (found.text === text) return undefined;
  if (files[found.path]?.includes(hashOf(found.text)) !== true) {
    throw new TraceError(
      "ERR_INSTALL",
      `${path} is there, and not as it was installed: move it away, or name another path for the pod-init file`,
    );
  }
  const { mode, uid, gid } = found;
  return { kind: "write", path: found.path, text, mode, owner: { uid, gid }, replaces: found.text, about };
}

function withEdit(
  installed: Receipt,
  runtime: string,
  { text, record }: RuntimeEdit,
  before: string | undefined,
): Receipt {
  const { left, runtimes } = installed;
  const earlier = recordOf(installed, runtime);
  // Of what was installed before, only the value is another now.
  const now = earlier === undefined ? record : { ...earlier, podInit: record.podInit };
  return {
    ...installed,
    left: left === hashOf(before ?? "") ? hashOf(text) : null,
    runtimes: { ...runtimes, [runtime]: now },
  };
}

/** What is in the file stays known until it has the new text, and afterwards, as nobody comes to take note of that. */
function withFile(files: Receipt["files"], { path, text, replaces }: WriteStep): Receipt["files"] {
  const hashes = replaces === undefined ? [hashOf(text)] : [hashOf(replaces), hashOf(text)];
  return { ...files, [path]: hashes };
}

function receiptStep({ receiptPath, kept }: DockerFiles, receipt: Receipt): WriteStep | undefined {
  const { runtimes, files } = receipt;
  const text = receiptText(receipt);
  if (text === kept?.text || Object.keys({ ...runtimes, ...files }).length === 0) return undefined;
  const about = "what is installed here, for sentrytap uninstall";
  return { kind: "write", path: receiptPath, text, mode: 0o644, replaces: kept?.text, about };
}

/** Only of a daemon.json that has nothing of ours in it. */
function backupStep({ file, backup, backupPath, installed }: DockerFiles): WriteStep | undefined {
  if (file === undefined || Object.keys(installed.runtimes).length > 0) return undefined;
  if (file.text === backup?.text) return undefined;
  const { text, mode, uid, gid } = file;
  const about = "daemon.json as it is now";
  return { kind: "write", path: backupPath, text, mode, owner: { uid, gid }, replaces: backup?.text, about };
}

function daemonStep({ path, file }: DockerFiles, text: string): WriteStep {
  if (file === undefined) return { kind: "write", path, text, mode: 0o644, replaces: undefined };
  const { mode, uid, gid } = file;
  return { kind: "write", path, text, mode, owner: { uid, gid }, replaces: file.text };
}
