import type { TrackedEvent } from "@sentrytap/state";

/** Characters of a container's id that Falco shows. */
const shortLength = 12;

/** The id of the container that an event happened in, as long as gVisor has it. */
export function containerIdOf({ containerId, thread }: TrackedEvent): string | undefined {
  return containerId ?? thread?.process.containerId;
}

let seen = "";
let seenShort = "";

/** An id as Falco shows it. Rules ask for that of nearly every event, and it is mostly that of the event before. */
export function shortId(id: string): string {
  if (id !== seen) {
    seen = id;
    seenShort = id.slice(0, shortLength);
  }
  return seenShort;
}
