import { dirname } from "node:path";
import { isThere } from "./file-state.ts";
import type { FolderStep } from "./step.ts";

/** The folders that have to be made before a file can be written at `path`, outer ones first. */
export async function folderSteps(path: string): Promise<readonly FolderStep[]> {
  const steps: FolderStep[] = [];
  for (let folder = dirname(path); !(await isThere(folder)); folder = dirname(folder)) {
    steps.unshift({ kind: "make-folder", path: folder });
  }
  return steps;
}
