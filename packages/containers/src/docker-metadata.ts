import type { ContainerMetadata, ContainerMount } from "@sentrytap/rules";
import { dockerImage } from "./docker-image.ts";
import { environmentFrom } from "./environment.ts";
import { healthcheckFrom, kubernetesProbesFrom } from "./health-probes.ts";
import { at, entriesAt, flagAt, listAt, textAt, textsAt } from "./json-value.ts";
import { labelsFrom } from "./labels.ts";
import { mountsFrom } from "./mounts.ts";
import { timeNs } from "./time-ns.ts";

/** The answers that metadata of a Docker container is made of, as JSON of any shape. */
export interface DockerAnswers {
  /** Of `/containers/ID/json`. */
  readonly container: unknown;
  /** Of `/images/ID/json`; `undefined` where the image is gone. */
  readonly image: unknown;
  /** Of the container whose network it has, where it has another's. */
  readonly networkContainer?: unknown;
  readonly type: "docker" | "podman";
}

/** What Docker's API, or Podman's in its stead, says of a container, under the names that Falco's container plugin gives it. */
export function dockerMetadata({
  container,
  image,
  networkContainer,
  type,
}: DockerAnswers): ContainerMetadata {
  const name = (textAt(container, "Name") ?? "").replace(/^\//, "");
  const labels = at(container, "Config", "Labels");
  const probes = kubernetesProbesFrom(labels, textAt(labels, "io.kubernetes.container.name"));
  const isProbed = probes.livenessProbe !== "NONE" || probes.readinessProbe !== "NONE";
  const startedAtNs = timeNs(textAt(container, "State", "StartedAt"));
  const sandboxId = podSandboxOf(container, name);
  return {
    type,
    name,
    ...dockerImage(container, image),
    privileged: flagAt(container, "HostConfig", "Privileged") ?? false,
    hostPid: textAt(container, "HostConfig", "PidMode") === "host",
    hostNetwork: textAt(container, "HostConfig", "NetworkMode") === "host",
    hostIpc: textAt(container, "HostConfig", "IpcMode") === "host",
    mounts: mountsFrom(listAt(container, "Mounts").map(mountOf)),
    labels: labelsFrom(entriesAt(labels)),
    env: environmentFrom(textsAt(container, "Config", "Env")),
    ...probes,
    // Where Kubernetes has probes, they stand for it.
    healthcheck: isProbed ? "NONE" : healthcheckFrom(at(container, "Config")),
    ip: addressOf(container) || addressOf(networkContainer),
    ...(startedAtNs !== undefined && { startedAtNs }),
    ...(sandboxId !== undefined && { pod: { sandboxId } }),
  };
}

function mountOf(mount: unknown): ContainerMount {
  return {
    source: textAt(mount, "Source") ?? "",
    destination: textAt(mount, "Destination") ?? "",
    mode: textAt(mount, "Mode") ?? "",
    writable: flagAt(mount, "RW") ?? false,
    propagation: textAt(mount, "Propagation") ?? "",
  };
}

/** Newer daemons tell addresses by network alone. */
function addressOf(container: unknown): string {
  const networks = entriesAt(container, "NetworkSettings", "Networks");
  const addresses = networks.map(([, network]) => textAt(network, "IPAddress"));
  return textAt(container, "NetworkSettings", "IPAddress") || addresses.find(Boolean) || "";
}

/** Under Kubernetes (cri-dockerd) a label names the pod's sandbox, which is a container, too. */
function podSandboxOf(container: unknown, name: string): string | undefined {
  const label = textAt(container, "Config", "Labels", "io.kubernetes.sandbox.id");
  return label ?? (name.startsWith("k8s_POD") ? textAt(container, "Id") : undefined);
}
