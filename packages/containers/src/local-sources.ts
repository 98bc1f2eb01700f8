import { stat } from "node:fs/promises";
import { env, getuid } from "node:process";
import type { ContainerSource } from "./container-source.ts";
import { createCriSource } from "./cri-source.ts";
import { createDockerSource } from "./docker-source.ts";

/** Where Docker and Podman listen. */
function dockerSockets(): readonly string[] {
  const { DOCKER_HOST = "", XDG_RUNTIME_DIR: own = `/run/user/${getuid?.()}` } = env;
  return [
    ...pathOf(DOCKER_HOST),
    "/var/run/docker.sock",
    "/run/podman/podman.sock",
    // Of other users' daemons nothing is believed: they could say anything of any container.
    `${own}/docker.sock`,
    `${own}/podman/podman.sock`,
  ];
}

/** Where Kubernetes' runtimes listen. */
function criSockets(): readonly string[] {
  const { CONTAINER_RUNTIME_ENDPOINT = "" } = env;
  return [
    ...pathOf(CONTAINER_RUNTIME_ENDPOINT),
    "/run/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/k0s/containerd.sock",
    "/var/snap/microk8s/common/run/containerd.sock",
    "/run/host-containerd/containerd.sock",
  ];
}

function pathOf(endpoint: string): readonly string[] {
  return endpoint.startsWith("unix://") ? [endpoint.slice("unix://".length)] : [];
}

/**
 * The daemons of this machine, at the sockets where they listen by custom and where `DOCKER_HOST` and
 * `CONTAINER_RUNTIME_ENDPOINT` say: Docker and Podman, then CRI runtimes. Each is looked for when it is asked, so that one that
 * starts later is found; a socket must be root's or our own user's.
 */
export function localSources(): readonly ContainerSource[] {
  return [
    ...unique(dockerSockets()).map((socket) => ifThere(socket, createDockerSource(socket))),
    ...unique(criSockets()).map((socket) => ifThere(socket, ifCri(createCriSource(socket)))),
  ];
}

function unique(sockets: readonly string[]): readonly string[] {
  return [...new Set(sockets)];
}

/** A source that knows nothing while its socket is not there. */
function ifThere(socket: string, source: ContainerSource): ContainerSource {
  const find: ContainerSource["find"] = async (id, signal) =>
    (await isOurs(socket)) ? source.find(id, signal) : undefined;
  return { ...source, find };
}

/** One that is no source, and no trouble, where the daemon does not speak CRI. */
function ifCri(source: ContainerSource): ContainerSource {
  const find: ContainerSource["find"] = async (id, signal) => {
    try {
      return await source.find(id, signal);
    } catch (error) {
      const { speaksNoCri } = await import("./cri-client.ts");
      if (error instanceof Error && speaksNoCri(error.cause)) return undefined;
      throw error;
    }
  };
  return { ...source, find };
}

async function isOurs(socket: string): Promise<boolean> {
  try {
    const found = await stat(socket);
    return found.isSocket() && (found.uid === 0 || found.uid === getuid?.());
  } catch {
    return false;
  }
}
