import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { WriteStep } from "./step.ts";

/**
 * Writes a file so that, whatever happens, its path has all of the old text or all of the new one: into another file beside
 * it, down to the disk, which then takes its name.
 */
export async function writeWhole({
  path,
  text,
  mode,
  owner,
}: Pick<WriteStep, "path" | "text" | "mode" | "owner">): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.sentrytap-new`);
  // One that a run left behind which was killed.
  await rm(beside, { force: true });
  try {
    const file = await open(beside, "wx", 0o600);
    try {
      await file.writeFile(text);
      if (owner !== undefined) await file.chown(owner.uid, owner.gid);
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Has the disk know what was made, renamed or removed in a folder. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
