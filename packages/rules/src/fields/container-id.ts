import type { TrackedEvent } from "@sentrytap/state";

/** Characters of a container's id that Falco shows. */
const shortLength = 12;

/** The id of the container that an event happened in, as long as gVisor has it. */
export function containerIdOf({ containerId, thread }: TrackedEvent): string | undefined {
  return containerId ?? thread?.process.containerId;
}

/** An id as Falco shows it. */
export function shortId(id: string): string {
  return id.slice(0, shortLength);
}
