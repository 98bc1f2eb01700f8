import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { env } from "node:process";

/** Where the installation guides of gVisor and of its packages put it, and where GKE's nodes have it. */
const usualFolders = [
  "/usr/local/bin",
  "/usr/bin",
  "/usr/local/sbin",
  "/usr/sbin",
  "/home/containerd/usr/local/sbin",
];

/** The path of the `runsc` of this machine: the first on the PATH, else where it usually is; `undefined` where there is none. */
export function findRunsc(): string | undefined {
  const { PATH = "" } = env;
  const searched = PATH.split(delimiter).filter((folder) => folder.startsWith("/"));
  return [...searched, ...usualFolders].map((folder) => join(folder, "runsc")).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
