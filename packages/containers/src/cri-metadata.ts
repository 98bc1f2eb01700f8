import type { ContainerMetadata, ContainerMount, PodMetadata } from "@sentrytap/rules";
import { criImage } from "./cri-image.ts";
import { environmentFrom } from "./environment.ts";
import {
  type ContainerStatusResponse,
  type Mount,
  MountPropagation,
  NamespaceMode,
  type PodSandboxStatusResponse,
} from "./gen/runtime_pb.ts";
import { kubernetesProbesFrom } from "./health-probes.ts";
import { at, entriesAt, flagAt, listAt, parseJson, textAt, textsAt } from "./json-value.ts";
import { labelsFrom } from "./labels.ts";
import { mountsFrom } from "./mounts.ts";

/** What a runtime answers of a container and of its pod. */
export interface CriAnswers {
  readonly container: ContainerStatusResponse;
  /** `undefined` where the pod is gone. */
  readonly pod: PodSandboxStatusResponse | undefined;
  /** Id of the pod's sandbox. */
  readonly sandboxId: string;
  /** What the runtime calls itself. */
  readonly runtimeName: string;
}

/** What a CRI runtime says of a container in a pod, under the names that Falco's container plugin gives it. */
export function criMetadata({ container, pod, sandboxId, runtimeName }: CriAnswers): ContainerMetadata {
  const { status, info } = container;
  if (status === undefined) return {};
  const more = parseJson(info["info"]);
  const name = status.metadata?.name ?? "";
  return {
    type: typeOf(runtimeName),
    name,
    ...criImage(status, more),
    privileged: isPrivileged(more),
    mounts: mountsFrom(status.mounts.map(mountOf)),
    labels: labelsFrom([...Object.entries(status.labels), ...podLabels(sandboxId, pod)]),
    env: environmentFrom(environmentOf(more)),
    healthcheck: "NONE",
    ...kubernetesProbesFrom(pod?.status?.annotations, name),
    ...(status.startedAt > 0n && { startedAtNs: status.startedAt }),
    ...podMetadata(sandboxId, pod),
  };
}

/**
 * What it says of a pod's own sandbox, whose container (`pause`) has no image and no name but the pod's.
 */
export function criSandboxMetadata(
  pod: PodSandboxStatusResponse,
  sandboxId: string,
  runtimeName: string,
): ContainerMetadata {
  const { metadata, labels = {}, createdAt = 0n } = pod.status ?? {};
  return {
    type: typeOf(runtimeName),
    name: metadata?.name ?? "",
    labels: labelsFrom([...Object.entries(labels), ...podLabels(sandboxId, pod)]),
    ...(createdAt > 0n && { startedAtNs: createdAt }),
    ...podMetadata(sandboxId, pod),
  };
}

function typeOf(runtimeName: string): string {
  return runtimeName === "containerd" || runtimeName === "cri-o" ? runtimeName : "cri";
}

/** What of the metadata comes from the pod: containers share its namespaces and its address. */
function podMetadata(sandboxId: string, answer: PodSandboxStatusResponse | undefined): ContainerMetadata {
  const { metadata, labels, network, linux } = answer?.status ?? {};
  const options = linux?.namespaces?.options;
  const ip = network?.ip ?? "";
  const cniJson = cniOf(parseJson(answer?.info["info"]));
  const pod: PodMetadata = {
    sandboxId,
    ...(metadata && { name: metadata.name, namespace: metadata.namespace, uid: metadata.uid }),
    ...(labels && { labels: labelsFrom(Object.entries(labels)) }),
    ip,
    ...(cniJson !== undefined && { cniJson }),
  };
  return {
    ip,
    pod,
    ...(options && {
      hostPid: options.pid === NamespaceMode.NODE,
      hostNetwork: options.network === NamespaceMode.NODE,
      hostIpc: options.ipc === NamespaceMode.NODE,
    }),
  };
}

/** Labels that kubelet gives its containers, for runtimes whose clients give none. */
function podLabels(
  sandboxId: string,
  answer: PodSandboxStatusResponse | undefined,
): readonly (readonly [string, string])[] {
  const { metadata } = answer?.status ?? {};
  const ofPod: readonly (readonly [string, string])[] = metadata
    ? [
        ["io.kubernetes.pod.name", metadata.name],
        ["io.kubernetes.pod.namespace", metadata.namespace],
        ["io.kubernetes.pod.uid", metadata.uid],
      ]
    : [];
  return [["io.kubernetes.sandbox.id", sandboxId], ...ofPod];
}

const propagations: Readonly<Record<number, string>> = {
  [MountPropagation.PROPAGATION_PRIVATE]: "private",
  [MountPropagation.PROPAGATION_HOST_TO_CONTAINER]: "rslave",
  [MountPropagation.PROPAGATION_BIDIRECTIONAL]: "rshared",
};

function mountOf({ hostPath, containerPath, readonly, propagation }: Mount): ContainerMount {
  return {
    source: hostPath,
    destination: containerPath,
    mode: "",
    writable: !readonly,
    propagation: propagations[propagation] ?? "unknown",
  };
}

/** Three places for it: an old containerd's, containerd's, and CRI-O's. */
function isPrivileged(info: unknown): boolean {
  return (
    flagAt(info, "runtimeSpec", "linux", "security_context", "privileged") ??
    flagAt(info, "config", "linux", "security_context", "privileged") ??
    flagAt(info, "privileged") ??
    false
  );
}

/** As the pod's description has it; CRI-O tells only of all that the process has. */
function environmentOf(info: unknown): readonly string[] {
  const described = at(info, "config", "envs");
  if (described === undefined) return textsAt(info, "runtimeSpec", "process", "env");
  return listAt(described).flatMap((variable) => {
    const key = textAt(variable, "key");
    return key === undefined ? [] : [`${key}=${textAt(variable, "value") ?? ""}`];
  });
}

/** The most of it that Falco's container plugin takes, in characters. */
const maxCni = 4_096;

/** What the network plugin answered: of containerd its interfaces but the pod's loopback and the host's ends, of CRI-O all. */
function cniOf(info: unknown): string | undefined {
  const interfaces = at(info, "cniResult", "Interfaces");
  if (interfaces === undefined || interfaces === null) {
    return textAt(info, "runtimeSpec", "annotations", "io.kubernetes.cri-o.CNIResult");
  }
  const told = entriesAt(interfaces)
    .filter(([name]) => name !== "lo" && !name.startsWith("veth"))
    .map(([name, configuration]) => [name, withoutHostDetails(configuration)]);
  return JSON.stringify(Object.fromEntries(told)).slice(0, maxCni);
}

function withoutHostDetails(configuration: unknown): unknown {
  return Object.fromEntries(
    entriesAt(configuration).filter(([name]) => name !== "Mac" && name !== "Sandbox"),
  );
}
