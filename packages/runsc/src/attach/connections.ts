import { realpathSync } from "node:fs";
import { basename } from "node:path";
import type { Architecture } from "@sentrytap/wire";
import type { FoundSandbox } from "./find-sandboxes.ts";
import type { Machine } from "./machine.ts";
import { containerOfPeer, type PeerContainer } from "./peer-container.ts";

/** A sandbox that is connected to a server, as far as it matters here; a `Sandbox` of `@sentrytap/server` is one. */
export interface ConnectedSandbox {
  readonly id: string;
  readonly arch: Architecture;
  readonly peer: { readonly pid: number; readonly cmdline: readonly string[] };
}

/** Who is connected, and for which container. Nothing counts that a sandbox says of itself. */
export class Connections {
  /** In the order in which they came. */
  readonly #containers = new Map<ConnectedSandbox, PeerContainer>();
  readonly #byId = new Map<string, Set<ConnectedSandbox>>();
  readonly #machine: Pick<Machine, "parentOf">;

  constructor(machine: Pick<Machine, "parentOf">) {
    this.#machine = machine;
  }

  /** Which container `sandbox` has connected for; `undefined` where that cannot be told. */
  add(sandbox: ConnectedSandbox): PeerContainer | undefined {
    const told = containerOfPeer(sandbox.peer.cmdline);
    if (told === undefined) return undefined;
    const container = { ...told, root: told.root && realPath(told.root) };
    this.#containers.set(sandbox, container);
    const id = container.id ?? "";
    this.#byId.set(id, (this.#byId.get(id) ?? new Set()).add(sandbox));
    return container;
  }

  remove(sandbox: ConnectedSandbox): void {
    const id = this.#containers.get(sandbox)?.id ?? "";
    this.#containers.delete(sandbox);
    this.#byId.get(id)?.delete(sandbox);
    if (this.#byId.get(id)?.size === 0) this.#byId.delete(id);
  }

  /** Whether it is connected still. */
  has(sandbox: ConnectedSandbox): boolean {
    return this.#containers.has(sandbox);
  }

  /** The connection of a sandbox that was found; of several the latest. */
  of({ root, id, pid }: FoundSandbox): ConnectedSandbox | undefined {
    const isOfRoot = (each: ConnectedSandbox): boolean => {
      const told = this.#containers.get(each)?.root;
      // Without --root it is /var/run/runsc, or $XDG_RUNTIME_DIR/runsc.
      return told === undefined ? basename(root) === "runsc" : told === root;
    };
    const named = [...(this.#byId.get(id) ?? [])].findLast(isOfRoot);
    const unnamed = this.#byId.get("");
    if (named !== undefined || unnamed === undefined) return named;
    // `runsc do` stays, and is the parent of its sandbox.
    const parent = this.#machine.parentOf(pid);
    return [...unnamed].findLast(({ peer }) => peer.pid === parent);
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
