import type { TrackedEvent } from "@sentrytap/state";
import { containerIdOf, shortId } from "./container-id.ts";
import { splitImageName } from "./container-image.ts";
import { labelOf, labelsText } from "./container-labels.ts";
import type { ContainerMetadata, ContainerMount, HealthProbe, PodMetadata } from "./container-metadata.ts";
import { findMount, mountText } from "./container-mounts.ts";
import { define } from "./define.ts";
import type { Field, FieldContext } from "./field.ts";
import { isValueOf } from "./field-value.ts";
import { isOfProbe, probeText } from "./health-probe.ts";

// Falco's fields of containers and pods but for ids. Its container plugin fills them, and here whatever source a program
// gives: see ContainerMetadata.

const fromMetadata = { filledBy: "container", needs: ["context:container_id"] } as const;

function metadataOf(event: TrackedEvent, context: FieldContext): ContainerMetadata | undefined {
  const id = containerIdOf(event);
  return id === undefined ? undefined : context.container(id);
}

function text(
  name: string,
  description: string,
  read: (container: ContainerMetadata) => string | undefined,
): Field {
  return define({
    name,
    type: "string",
    description,
    ...fromMetadata,
    read: (event, _argument, context) => {
      const container = metadataOf(event, context);
      return container && read(container);
    },
  });
}

function flag(
  name: string,
  description: string,
  read: (container: ContainerMetadata) => boolean | undefined,
): Field {
  return define({
    name,
    type: "boolean",
    description,
    ...fromMetadata,
    read: (event, _argument, context) => {
      const container = metadataOf(event, context);
      return container && read(container);
    },
  });
}

/** A field with a word in brackets. */
function withWord(
  name: string,
  description: string,
  read: (container: ContainerMetadata, word: string) => string | undefined,
): Field {
  return define({
    name,
    type: "string",
    argument: "word",
    argumentRequired: true,
    description,
    ...fromMetadata,
    read: (event, word, context) => {
      const container = metadataOf(event, context);
      return container && word !== undefined ? read(container, word) : undefined;
    },
  });
}

function mount(
  name: string,
  description: string,
  by: "source" | "destination",
  read: (mount: ContainerMount) => string,
): Field {
  return withWord(name, description, ({ mounts = [] }, word) => {
    const found = findMount(mounts, word, by);
    return found && read(found);
  });
}

/** Whether the process is of a probe. */
function ofProbe(
  name: string,
  description: string,
  read: (container: ContainerMetadata) => HealthProbe | "NONE" | undefined,
): Field {
  return define({
    name,
    type: "boolean",
    description,
    filledBy: "container",
    needs: ["context:container_id", "context:thread_id", "lineage", "programs"],
    read: (event, _argument, context) => {
      const container = metadataOf(event, context);
      return container && event.thread && isOfProbe(event.thread.process, read(container));
    },
  });
}

/** What Kubernetes' own label tells of the pod, where nothing else does. */
function ofPod(key: "name" | "namespace" | "uid"): (container: ContainerMetadata) => string | undefined {
  return ({ pod, labels }) => pod?.[key] ?? labelOf(labels, `io.kubernetes.pod.${key}`);
}

function pod(name: string, description: string, read: (pod: PodMetadata) => string | undefined): Field {
  return text(name, description, (container) => container.pod && read(container.pod));
}

/** The source is no code of ours: what it says of another type than it should, or in a way that cannot be read, is not known. */
function guarded(field: Field): Field {
  const read = field.read.bind(field) as (...args: unknown[]) => unknown;
  return {
    ...field,
    read: (event: TrackedEvent, argument: unknown, context: FieldContext) => {
      try {
        const value = read(event, argument, context);
        return isValueOf(field.type, value) ? value : undefined;
      } catch {
        return undefined;
      }
    },
  } as Field;
}

const fields: readonly Field[] = [
  text("container.name", "Name of the container.", ({ name }) => name),
  text("container.type", "What runs it: docker, containerd, cri-o and so on.", ({ type }) => type),
  text("container.image", "The image as it was started with it: nginx:1.27.", ({ image }) => image),
  text("container.image.id", "Id of the image.", ({ imageId }) => imageId),
  text(
    "container.image.repository",
    "Name of the image without tag and digest.",
    ({ image, imageRepository }) => imageRepository ?? splitImageName(image ?? "")?.repository,
  ),
  text(
    "container.image.tag",
    "Tag of the image.",
    ({ image, imageTag }) => imageTag ?? splitImageName(image ?? "")?.tag,
  ),
  text("container.image.digest", "Digest that the registry has for the image.", (it) => it.imageDigest),
  flag("container.privileged", "Whether it was started as privileged.", ({ privileged }) => privileged),
  flag("container.host_pid", "Whether it has the pid namespace of the host.", ({ hostPid }) => hostPid),
  flag("container.host_network", "Whether it has the network of the host.", (it) => it.hostNetwork),
  flag("container.host_ipc", "Whether it has the IPC namespace of the host.", ({ hostIpc }) => hostIpc),
  text(
    "container.mounts",
    "Its mounts, each as source:destination:mode:writable:propagation, with commas between them.",
    ({ mounts }) => mounts?.map(mountText).join(","),
  ),
  mount(
    "container.mount",
    "The mount of a number, or the first whose source matches a pattern.",
    "source",
    mountText,
  ),
  mount(
    "container.mount.source",
    "Source of the mount of a number, or of the first whose destination matches a pattern.",
    "destination",
    ({ source }) => source,
  ),
  mount(
    "container.mount.dest",
    "Destination of the mount of a number, or of the first whose source matches a pattern.",
    "source",
    ({ destination }) => destination,
  ),
  mount("container.mount.mode", "Mode of a mount, found likewise.", "source", ({ mode }) => mode),
  mount("container.mount.rdwr", "true where a mount, found likewise, can be written to.", "source", (it) =>
    String(it.writable),
  ),
  mount(
    "container.mount.propagation",
    "Propagation of a mount, found likewise.",
    "source",
    ({ propagation }) => propagation,
  ),
  withWord("container.label", "The label of that name.", ({ labels }, word) => labelOf(labels, word)),
  text(
    "container.labels",
    "Its labels, with commas between them: name:value.",
    ({ labels }) => labels && labelsText(labels),
  ),
  text("container.ip", "Its first address.", ({ ip }) => ip),
  text(
    "container.cni.json",
    "What the network plugin of its pod answered, as JSON.",
    (it) => it.pod?.cniJson,
  ),
  define({
    name: "container.start_ts",
    type: "time",
    description: "When it was started.",
    ...fromMetadata,
    read: (event, _argument, context) => metadataOf(event, context)?.startedAtNs,
  }),
  define({
    name: "container.duration",
    type: "duration",
    description: "Nanoseconds since it was started.",
    filledBy: "container",
    needs: ["context:container_id", "context:time"],
    read: (event, _argument, context) => {
      const startedAtNs = metadataOf(event, context)?.startedAtNs;
      const { timeNs } = event;
      return startedAtNs === undefined || timeNs === undefined ? undefined : timeNs - startedAtNs;
    },
  }),
  text(
    "container.healthcheck",
    "Docker's health check, as a command; NONE where it has none.",
    ({ healthcheck }) => probeText(healthcheck),
  ),
  text("container.liveness_probe", "Kubernetes' liveness probe, where it is a command; else NONE.", (it) =>
    probeText(it.livenessProbe),
  ),
  text("container.readiness_probe", "Kubernetes' readiness probe, where it is a command; else NONE.", (it) =>
    probeText(it.readinessProbe),
  ),
  ofProbe(
    "proc.is_container_healthcheck",
    "Whether the process is the container's health check, or one that it made; no value where its program is not told.",
    ({ healthcheck }) => healthcheck,
  ),
  ofProbe(
    "proc.is_container_liveness_probe",
    "Whether the process is the container's liveness probe, or one that it made; no value where its program is not told.",
    ({ livenessProbe }) => livenessProbe,
  ),
  ofProbe(
    "proc.is_container_readiness_probe",
    "Whether the process is the container's readiness probe, or one that it made; no value where its program is not told.",
    ({ readinessProbe }) => readinessProbe,
  ),
  text("k8s.pod.name", "Name of the pod.", ofPod("name")),
  text("k8s.ns.name", "Namespace of the pod.", ofPod("namespace")),
  text("k8s.pod.id", "The same as k8s.pod.uid.", ofPod("uid")),
  text("k8s.pod.uid", "Id of the pod.", ofPod("uid")),
  pod("k8s.pod.sandbox_id", "First 12 characters of the id of its sandbox.", ({ sandboxId }) => {
    return sandboxId && shortId(sandboxId);
  }),
  pod("k8s.pod.full_sandbox_id", "Id of its sandbox.", ({ sandboxId }) => sandboxId),
  withWord("k8s.pod.label", "The label of the pod of that name.", (it, word) =>
    labelOf(it.pod?.labels, word),
  ),
  pod(
    "k8s.pod.labels",
    "Labels of the pod, with commas between them: name:value.",
    ({ labels }) => labels && labelsText(labels),
  ),
  pod("k8s.pod.ip", "Address of the pod.", ({ ip }) => ip),
  pod("k8s.pod.cni.json", "What the network plugin of the pod answered, as JSON.", ({ cniJson }) => cniJson),
];

/** `container.*` and `k8s.*` that only a source outside the sandbox fills. */
export const containerMetadataFields: readonly Field[] = fields.map(guarded);
