import type { ContainerMetadata } from "@sentrytap/rules";
import { isDaemonMade } from "./container-id.ts";
import type { ContainerSource } from "./container-source.ts";
import { imageOf } from "./docker-image.ts";
import { dockerMetadata } from "./docker-metadata.ts";
import { type HttpAnswer, httpGet } from "./http-get.ts";
import { parseJson, textAt } from "./json-value.ts";
import { maxAnswerBytes } from "./limits.ts";
import { reasonOf, sourceError } from "./source-error.ts";
import { untilStarted } from "./until-started.ts";

/**
 * Docker's API at a Unix socket, or Podman's in its stead. Nothing is asked of it but `GET /containers/ID/json` and
 * `GET /images/ID/json`.
 *
 * @example
 * const containers = createContainers({ sources: [createDockerSource("/var/run/docker.sock")] });
 */
export function createDockerSource(socket: string): ContainerSource {
  const name = `Docker at ${socket}`;
  const find = async (id: string, signal: AbortSignal): Promise<ContainerMetadata | undefined> => {
    if (!isDaemonMade(id)) return undefined;
    try {
      return await ask((path) => get(socket, path, signal), id, signal);
    } catch (cause) {
      throw signal.aborted ? signal.reason : sourceError(name, `cannot be asked: ${reasonOf(cause)}`, cause);
    }
  };
  return { name, find };
}

/** Asks for a path; `undefined` where there is no such thing. */
type Get = (path: string) => Promise<HttpAnswer | undefined>;

async function ask(get: Get, id: string, signal: AbortSignal): Promise<ContainerMetadata | undefined> {
  const found = await untilStarted(() => inspect(get, id), hasStarted, signal);
  if (found === undefined) return undefined;
  const { container, type } = found;
  const image = await imageNamed(get, imageOf(container), signal);
  const other = textAt(container, "HostConfig", "NetworkMode")?.match(/^container:([0-9a-f]{64})$/)?.[1];
  const networkContainer = other === undefined ? undefined : (await inspect(get, other))?.container;
  return dockerMetadata({ container, image, networkContainer, type });
}

interface Inspected {
  readonly container: unknown;
  readonly type: "docker" | "podman";
}

/** Docker knows of a container before it starts; what it does not know then, it will not know. */
function hasStarted(found: Inspected | undefined): boolean {
  return textAt(found?.container, "State", "Status") !== "created";
}

async function inspect(get: Get, id: string): Promise<Inspected | undefined> {
  const answer = await get(`/containers/${id}/json`);
  if (answer === undefined) return undefined;
  const container = parseJson(answer.body.toString());
  if (textAt(container, "Id") !== id) throw new Error(`it answers with what is not the container ${id}`);
  return { container, type: answer.server.startsWith("Libpod") ? "podman" : "docker" };
}

/** What the container says of its image is better than nothing: an image that cannot be asked for is none. */
async function imageNamed(get: Get, image: string, signal: AbortSignal): Promise<unknown> {
  // Slashes are part of an image's name, and of the URL as well.
  const path = image.split("/").map(encodeURIComponent).join("/");
  if (path === "") return undefined;
  try {
    return parseJson((await get(`/images/${path}/json`))?.body.toString());
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

async function get(socket: string, path: string, signal: AbortSignal): Promise<HttpAnswer | undefined> {
  const answer = await httpGet(socket, path, { signal, maxBytes: maxAnswerBytes });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw new Error(`it answers with the status ${answer.status}`);
  return answer;
}
