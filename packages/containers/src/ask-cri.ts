import type { ContainerMetadata } from "@sentrytap/rules";
import { isDaemonMade } from "./container-id.ts";
import { type CriCalls, connectCri, unlessNotFound } from "./cri-client.ts";
import { criMetadata, criSandboxMetadata } from "./cri-metadata.ts";
import type { ContainerStatusResponse, PodSandboxStatusResponse } from "./gen/runtime_pb.ts";
import { parseJson, textAt } from "./json-value.ts";
import { untilStarted } from "./until-started.ts";

/** What the runtime at a Unix socket knows of the container, or pod, with this id; `undefined` where it knows none. */
export async function askCri(
  socket: string,
  id: string,
  signal: AbortSignal,
): Promise<ContainerMetadata | undefined> {
  // A connection for each: what a runtime that was restarted left of one is no concern of the next container.
  const { calls, close } = connectCri(socket);
  try {
    return await ask(calls, id, signal);
  } finally {
    close();
  }
}

async function ask(calls: CriCalls, id: string, signal: AbortSignal): Promise<ContainerMetadata | undefined> {
  const found = await untilStarted(() => look(calls, id, signal), hasStarted, signal);
  if (found === undefined) return undefined;
  const { runtimeName } = await calls.version({}, { signal });
  const { container, pod: own } = found;
  if (container === undefined) return criSandboxMetadata(own, id, runtimeName);
  const sandboxId = await sandboxOf(calls, container, id, signal);
  const pod = await podStatus(calls, sandboxId, signal);
  const metadata = criMetadata({ container, pod, sandboxId, runtimeName });
  return { ...metadata, imageId: metadata.imageId || (await imageIdOf(calls, container, signal)) };
}

/** Runtimes that do not tell it with the container know it all the same; without it the rest is still good. */
async function imageIdOf(
  calls: CriCalls,
  { status }: ContainerStatusResponse,
  signal: AbortSignal,
): Promise<string> {
  if (!status?.imageRef) return "";
  try {
    const { image } = await calls.imageStatus({ image: { image: status.imageRef } }, { signal });
    return image?.id.match(/^(?:sha256:)?([0-9a-f]{64})$/)?.[1] ?? "";
  } catch (error) {
    if (signal.aborted) throw error;
    return "";
  }
}

/** What an id is of: a container, or a pod's sandbox. */
type Found =
  | { readonly container: ContainerStatusResponse; readonly pod?: undefined }
  | { readonly container?: undefined; readonly pod: PodSandboxStatusResponse };

async function look(calls: CriCalls, id: string, signal: AbortSignal): Promise<Found | undefined> {
  const container = await containerStatus(calls, id, signal);
  if (container !== undefined) return { container };
  const pod = await podStatus(calls, id, signal);
  return pod && { pod };
}

/** Of a pod nothing is told until it runs, and its sandbox begins before; a container's state follows its start. */
function hasStarted(found: Found | undefined): boolean {
  return found !== undefined && found.container?.status?.startedAt !== 0n;
}

function containerStatus(
  calls: CriCalls,
  id: string,
  signal: AbortSignal,
): Promise<ContainerStatusResponse | undefined> {
  return statusOf("container", id, calls.containerStatus({ containerId: id, verbose: true }, { signal }));
}

function podStatus(
  calls: CriCalls,
  id: string,
  signal: AbortSignal,
): Promise<PodSandboxStatusResponse | undefined> {
  return statusOf("pod", id, calls.podSandboxStatus({ podSandboxId: id, verbose: true }, { signal }));
}

/** The answer, which must be of this id; `undefined` where the runtime knows none. */
async function statusOf<Answer extends { readonly status?: { readonly id: string } | undefined }>(
  what: string,
  id: string,
  asked: Promise<Answer>,
): Promise<Answer | undefined> {
  const answer = await unlessNotFound(asked);
  if (answer !== undefined && answer.status?.id !== id) {
    throw new Error(`it answers with what is not the ${what} ${id}`);
  }
  return answer;
}

/** The runtime's own JSON names the pod's sandbox; where a runtime has none (CRI-O in OpenShift), its list does. */
async function sandboxOf(
  calls: CriCalls,
  container: ContainerStatusResponse,
  id: string,
  signal: AbortSignal,
): Promise<string> {
  const told = textAt(parseJson(container.info["info"]), "sandboxID");
  if (told !== undefined && isDaemonMade(told)) return told;
  const { containers } = await calls.listContainers({ filter: { id } }, { signal });
  const listed = containers.find((one) => one.id === id)?.podSandboxId ?? "";
  if (!isDaemonMade(listed)) throw new Error(`it names no pod of the container ${id}`);
  return listed;
}
