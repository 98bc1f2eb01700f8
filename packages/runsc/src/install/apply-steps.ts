import { mkdir, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TraceError } from "@sentrytap/core";
import { isErrno } from "../is-errno.ts";
import { readFileState } from "./file-state.ts";
import { installError } from "./install-error.ts";
import type { InstallStep } from "./step.ts";
import { syncFolder, writeWhole } from "./write-whole.ts";

/**
 * Does the steps in their order. Before the first, all of them are looked at: a folder that cannot be written to, or a file
 * that is no longer what the plan was made of, and nothing is done.
 *
 * @throws {TraceError} `ERR_INSTALL`, also where the system refuses a step; those before it stay done, and the same
 * command goes on from there.
 */
export async function applySteps(steps: readonly InstallStep[]): Promise<void> {
  const made = new Set(steps.filter(({ kind }) => kind === "make-folder").map(({ path }) => path));
  const folders = new Set(steps.map(({ path }) => dirname(path)).filter((folder) => !made.has(folder)));
  for (const folder of folders) await checkWritable(folder);
  for (const step of steps) await checkUnchanged(step);
  for (const step of steps) {
    await checkUnchanged(step);
    try {
      await apply(step);
    } catch (error) {
      throw installError(error, `${step.path} cannot be ${words[step.kind]}`);
    }
  }
}

const words: Readonly<Record<InstallStep["kind"], string>> = {
  write: "written",
  remove: "removed",
  "make-folder": "made",
  "remove-folder": "removed",
};

async function apply(step: InstallStep): Promise<void> {
  switch (step.kind) {
    case "write":
      return writeWhole(step);
    case "remove":
      await rm(step.path);
      break;
    case "make-folder":
      // Somebody else may have made it meanwhile.
      await mkdir(step.path, { recursive: true, mode: 0o755 });
      break;
    case "remove-folder":
      await removeEmpty(step.path);
  }
  await syncFolder(dirname(step.path));
}

async function removeEmpty(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    if (!isErrno(error, "ENOTEMPTY", "ENOENT")) throw error;
  }
}

/** By writing there: permissions do not tell of a disk that is full, or mounted to be read only. */
async function checkWritable(folder: string): Promise<void> {
  const path = join(folder, ".sentrytap-try");
  try {
    await rm(path, { force: true });
    await writeFile(path, "", { flag: "wx" });
    await rm(path);
  } catch (error) {
    throw installError(error, `nothing was changed, as ${folder} cannot be written to`);
  }
}

async function checkUnchanged(step: InstallStep): Promise<void> {
  if (step.kind !== "write" && step.kind !== "remove") return;
  const now = await readFileState(step.path);
  if (now?.text === step.replaces) return;
  throw new TraceError(
    "ERR_INSTALL",
    `${step.path} was changed by somebody else meanwhile, and was left alone: run the command again`,
  );
}
