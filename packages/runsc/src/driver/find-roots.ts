import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { env, geteuid } from "node:process";
import { isErrno } from "../is-errno.ts";
import { RunscError } from "./runsc-error.ts";

/** A folder in which runsc keeps the state of containers: what its `--root` names. */
export interface RunscRoot {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Whose containers they are; those of `runsc` were started without a manager, or by one that leaves the folder to it. */
  readonly of: "docker" | "containerd" | "runsc";
  /** containerd's namespace, which Docker has, too: `k8s.io` of Kubernetes, `moby` of Docker. */
  readonly namespace: string | undefined;
}

/**
 * The roots of this machine, found by looking: those of Docker, of containerd (and so of Kubernetes), and runsc's own; of root
 * and of whoever runs this. Those of other users are left alone: runsc follows what it finds in a root, links too, and whose root
 * it is could have it hang, or have root make files. A manager makes its folder with the first container, so that looking again can
 * find more. Whoever told a manager to have it elsewhere knows where.
 *
 * @throws {RunscError} `no-permission` where none is found and a folder cannot be looked into.
 */
export async function findRoots(): Promise<readonly RunscRoot[]> {
  const { XDG_RUNTIME_DIR: own = "" } = env;
  return rootsIn("/run", "/var/run", ...(own.startsWith("/") ? [own] : []));
}

/** Looks into such folders as `/run`, and into those of users in them; of all, into those of root and our own. */
export async function rootsIn(...folders: readonly string[]): Promise<readonly RunscRoot[]> {
  const search = new Search();
  for (const folder of folders) {
    for (const each of [folder, ...(await search.childrenOf(join(folder, "user")))]) {
      if (await search.isTrusted(each)) await search.lookInto(each);
    }
  }
  const roots = [...search.found.values()];
  const [unreadable] = search.unreadable;
  if (roots.length === 0 && unreadable !== undefined) {
    const message = `${unreadable} cannot be looked into: only root sees the containers of others`;
    throw new RunscError(message, { reason: "no-permission" });
  }
  return roots;
}

class Search {
  /** By path: /var/run is often /run. */
  readonly found: Map<string, RunscRoot> = new Map();
  readonly unreadable: string[] = [];

  async isTrusted(folder: string): Promise<boolean> {
    const uid = await this.#try(folder, async () => (await stat(folder)).uid);
    return uid === 0 || uid === geteuid?.();
  }

  async lookInto(folder: string): Promise<void> {
    // Docker has one folder for all its runtimes, runtime-runc (moby's daemon/runtime_unix.go). In releases of long ago each
    // runtime had one of its name (gVisor's g3doc/user_guide/debugging.md).
    for (const runtime of await this.childrenOf(join(folder, "docker"))) {
      if (runtime.startsWith(join(folder, "docker", "runtime-"))) await this.#namespacesOf(runtime, "docker");
    }
    // Of containerd: gVisor's shim (pkg/shim/v1/proc/proc.go), and that of runc with runsc for its program.
    for (const shim of ["runsc", "runc"])
      await this.#namespacesOf(join(folder, "containerd", shim), "containerd");
    // runsc/config/flags.go.
    await this.#add(join(folder, "runsc"), "runsc", undefined);
  }

  /** Both managers have a folder for each namespace of containerd. */
  async #namespacesOf(folder: string, of: RunscRoot["of"]): Promise<void> {
    for (const child of await this.childrenOf(folder))
      await this.#add(child, of, child.slice(folder.length + 1));
  }

  async #add(folder: string, of: RunscRoot["of"], namespace: string | undefined): Promise<void> {
    const path = await this.#try(folder, () => realpath(folder));
    if (path === undefined || this.found.has(path)) return;
    const isFolder = await this.#try(folder, async () => (await stat(path)).isDirectory());
    if (isFolder === true) this.found.set(path, { path, of, namespace });
  }

  async childrenOf(folder: string): Promise<readonly string[]> {
    const names = (await this.#try(folder, () => readdir(folder))) ?? [];
    return names.sort().map((name) => join(folder, name));
  }

  async #try<T>(folder: string, look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      if (isErrno(error, "EACCES", "EPERM")) this.unreadable.push(folder);
      return undefined;
    }
  }
}
