import type { ContainerMetadata } from "@sentrytap/rules";
import { isDaemonMade } from "./container-id.ts";
import type { ContainerSource } from "./container-source.ts";
import { reasonOf, sourceError } from "./source-error.ts";

/**
 * A runtime of Kubernetes at a Unix socket: containerd (from 1.6 on), CRI-O (from 1.26 on), or another that speaks version v1 of
 * the Container Runtime Interface. It is asked for the status of containers and pods, and for its name.
 *
 * @example
 * const containers = createContainers({ sources: [createCriSource("/run/containerd/containerd.sock")] });
 */
export function createCriSource(socket: string): ContainerSource {
  const name = `CRI at ${socket}`;
  const find = async (id: string, signal: AbortSignal): Promise<ContainerMetadata | undefined> => {
    if (!isDaemonMade(id)) return undefined;
    try {
      // Most machines have no such runtime, and gRPC is much to load.
      const { askCri } = await import("./ask-cri.ts");
      return await askCri(socket, id, signal);
    } catch (cause) {
      throw signal.aborted ? signal.reason : sourceError(name, `cannot be asked: ${reasonOf(cause)}`, cause);
    }
  };
  return { name, find };
}
