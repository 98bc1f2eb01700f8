import { readDaemonJson } from "./daemon-json.ts";
import { type DockerFiles, readDockerFiles } from "./docker-files.ts";
import { type DockerPaths, dockerPaths } from "./docker-paths.ts";
import { readFileState } from "./file-state.ts";
import { hashOf } from "./hash-of.ts";
import { type Receipt, receiptText, recordOf } from "./receipt.ts";
import { takePodInitBack, withoutEmptyRuntimes } from "./runtime-entry.ts";
import type { InstallPlan, InstallStep } from "./step.ts";

/**
 * What has to be done to take back what was installed for a Docker runtime, and nothing else: daemon.json becomes what it
 * was, but for what others have changed in it since, and the pod-init file goes with the last runtime that has it.
 *
 * @throws {TraceError} as `planDockerInstall`.
 */
export async function planDockerUninstall(options: DockerPaths = {}): Promise<InstallPlan> {
  const { daemonJson, runtime } = dockerPaths(options);
  const docker = await readDockerFiles(daemonJson, runtime);
  const { kept, installed, backup, receiptPath } = docker;
  if (kept === undefined) return { steps: [], notes: [`nothing was installed in ${daemonJson}`] };
  const record = recordOf(installed, runtime);
  const { [runtime]: _, ...others } = installed.runtimes;
  const notes: string[] = [];
  if (record === undefined) {
    const was =
      recordOf(kept.receipt, runtime) === undefined ? "was not installed" : "is not as it was installed";
    notes.push(`the runtime ${runtime} ${was}: it stays as it is`);
  }

  const isLast = Object.keys(others).length === 0;
  const after =
    record === undefined ? (docker.file?.text ?? "") : textAfter(docker, daemonJson, runtime, isLast);
  const steps: InstallStep[] = [...daemonSteps(docker, after)];
  const { files, removed } = await filesAfter(kept.receipt, after, daemonJson, notes);
  steps.push(...removed);
  if (!isLast) {
    const left = isIntact(docker) && after !== undefined ? hashOf(after) : null;
    const text = receiptText({ ...installed, left, runtimes: others, files });
    if (text !== kept.text)
      steps.push({
        kind: "write",
        path: receiptPath,
        text,
        mode: 0o644,
        replaces: kept.text,
        about: "what is installed still",
      });
    return { steps, notes };
  }
  if (backup !== undefined) steps.push({ kind: "remove", path: backup.path, replaces: backup.text });
  steps.push({ kind: "remove", path: receiptPath, replaces: kept.text });
  const folders = kept.receipt.folders.toReversed();
  steps.push(...folders.map((path) => ({ kind: "remove-folder", path }) as const));
  return { steps, notes };
}

/** Whether daemon.json is as it was left. */
function isIntact({ file, installed }: DockerFiles): boolean {
  return file !== undefined && hashOf(file.text) === installed.left;
}

/** What daemon.json has to say without the runtime; `undefined` where it has to go. */
function textAfter(docker: DockerFiles, name: string, runtime: string, isLast: boolean): string | undefined {
  const { daemon, backup, installed } = docker;
  const { createdFile, createdRuntimes } = installed;
  if (isLast && isIntact(docker)) {
    if (createdFile) return undefined;
    if (backup !== undefined) return backup.text;
  }
  const record = recordOf(installed, runtime);
  const without = record && takePodInitBack(daemon, name, runtime, record);
  if (without === undefined) return daemon.text;
  if (!isLast || !createdRuntimes) return without;
  const text = withoutEmptyRuntimes(readDaemonJson(without, name, runtime));
  return createdFile && readDaemonJson(text, name, runtime).root.members.length === 0 ? undefined : text;
}

function daemonSteps({ file }: DockerFiles, after: string | undefined): readonly InstallStep[] {
  if (file === undefined || file.text === after) return [];
  const { path, mode, uid, gid, text: replaces } = file;
  if (after === undefined) return [{ kind: "remove", path, replaces }];
  return [{ kind: "write", path, text: after, mode, owner: { uid, gid }, replaces }];
}

/** The files that were installed and have to stay, and the steps that remove the others. */
async function filesAfter(
  { files }: Receipt,
  daemonText: string | undefined,
  name: string,
  notes: string[],
): Promise<{ readonly files: Receipt["files"]; readonly removed: readonly InstallStep[] }> {
  const inUse = new Set<string>();
  for (const path of readDaemonJson(daemonText ?? "", name, "").podInits.values()) {
    inUse.add((await readFileState(path))?.path ?? path);
  }
  const stay: Record<string, readonly string[]> = {};
  const removed: InstallStep[] = [];
  for (const [path, hashes] of Object.entries(files)) {
    const file = await readFileState(path);
    if (file === undefined) continue;
    if (inUse.has(path)) {
      stay[path] = hashes;
      notes.push(`${path} stays, as a runtime in ${name} has it`);
    } else if (!hashes.includes(hashOf(file.text))) {
      notes.push(`${path} stays, as it was changed since it was installed`);
    } else removed.push({ kind: "remove", path, replaces: file.text });
  }
  return { files: stay, removed };
}
