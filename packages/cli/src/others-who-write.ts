import { stat } from "node:fs/promises";
import { dirname } from "node:path";

/** The files among `paths`, and the folders that they are in, which somebody else than root can write to. */
export async function othersWhoWrite(paths: readonly string[]): Promise<readonly string[]> {
  const all = new Set(paths.flatMap(withFolders));
  const found: string[] = [];
  for (const path of all) {
    const { uid, mode } = await stat(path);
    // In a folder such as /tmp only the owner of a file can put another in its place.
    const isSticky = (mode & 0o1000) !== 0;
    if (uid !== 0 || ((mode & 0o022) !== 0 && !isSticky)) found.push(path);
  }
  return found;
}

function withFolders(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === path ? [path] : [path, ...withFolders(folder)];
}
