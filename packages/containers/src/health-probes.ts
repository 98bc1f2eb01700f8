import type { ContainerMetadata, HealthProbe } from "@sentrytap/rules";
import { at, listAt, parseJson, textAt, textsAt } from "./json-value.ts";
import { keepWithin } from "./keep-within.ts";

/** Kubernetes' probes of a container. */
export type KubernetesProbes = Required<Pick<ContainerMetadata, "livenessProbe" | "readinessProbe">>;

/** How much of a command is kept, in UTF-16 units. */
const maxSize = 8_192;

/**
 * Docker's health check, of the `Test` of its configuration: `["NONE"]`, `["CMD", exe, args...]` or `["CMD-SHELL", script]`,
 * which the image's shell runs.
 */
export function healthcheckFrom(config: unknown): HealthProbe | "NONE" {
  const [kind, ...words] = textsAt(config, "Healthcheck", "Test");
  if (kind === "CMD") return probeOf(words);
  // The image's SHELL would stand here; what Docker says of a container does not have it.
  if (kind === "CMD-SHELL" && words[0] !== undefined) return probeOf(["/bin/sh", "-c", words[0]]);
  return "NONE";
}

/** Where `kubectl apply` leaves the pod's own description. */
const lastApplied = [
  "kubectl.kubernetes.io/last-applied-configuration",
  "annotation.kubectl.kubernetes.io/last-applied-configuration",
  "io.kubernetes.container.last-applied-config",
] as const;

/**
 * Kubernetes' probes, of the annotations or labels in which the pod's description is: those of the container of that name,
 * or of the pod's only one. No runtime is told of probes in another way: kubelet runs them.
 */
export function kubernetesProbesFrom(annotations: unknown, container: string | undefined): KubernetesProbes {
  // Not `textAt`: a description that is cut is none.
  const texts = lastApplied.map((name) => at(annotations, name));
  const text = texts.find((one) => typeof one === "string");
  const containers = listAt(parseJson(text), "spec", "containers");
  const named = containers.find((one) => textAt(one, "name") === container);
  const own = containers.length === 1 ? containers[0] : named;
  return {
    livenessProbe: probeOf(textsAt(own, "livenessProbe", "exec", "command")),
    readinessProbe: probeOf(textsAt(own, "readinessProbe", "exec", "command")),
  };
}

function probeOf(words: readonly string[]): HealthProbe | "NONE" {
  const [exe, ...args] = keepWithin(words, maxSize, (word) => [word]);
  return exe === undefined ? "NONE" : { exe, args };
}
