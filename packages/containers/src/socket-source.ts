import type { ContainerMetadata } from "@sentrytap/rules";
import { isDaemonMade } from "./container-id.ts";
import type { ContainerSource } from "./container-source.ts";
import { createCriSource } from "./cri-source.ts";
import { createDockerSource } from "./docker-source.ts";
import { httpGet } from "./http-get.ts";
import { reasonOf, sourceError } from "./source-error.ts";

/**
 * Whatever listens at a Unix socket: Docker's API or Podman's, else a CRI runtime. Which it is, the first answer decides.
 *
 * @example
 * const containers = createContainers({ sources: [createSocketSource("/run/user/1000/docker.sock")] });
 */
export function createSocketSource(socket: string): ContainerSource {
  const name = `the daemon at ${socket}`;
  let source: ContainerSource | undefined;
  const find = async (id: string, signal: AbortSignal): Promise<ContainerMetadata | undefined> => {
    if (!isDaemonMade(id)) return undefined;
    source ??= (await speaksHttp(name, socket, signal))
      ? createDockerSource(socket)
      : createCriSource(socket);
    return source.find(id, signal);
  };
  return { name, find };
}

/** Whether an HTTP/1.1 server answers. gRPC's HTTP/2 is told by its first bytes. */
async function speaksHttp(name: string, socket: string, signal: AbortSignal): Promise<boolean> {
  try {
    await httpGet(socket, "/_ping", { signal, maxBytes: 1_024 });
    return true;
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
    if (code.startsWith("HPE_")) return false;
    throw sourceError(name, `cannot be asked: ${reasonOf(cause)}`, cause);
  }
}
