import type { ContainerMount } from "@sentrytap/rules";
import { keepWithin } from "./keep-within.ts";

/** How much of all mounts of a container is kept, in UTF-16 units. */
const maxSize = 32_768;

/** The mounts of a container. */
export function mountsFrom(mounts: Iterable<ContainerMount>): readonly ContainerMount[] {
  return keepWithin(mounts, maxSize, ({ source, destination, mode, propagation }) => [
    source,
    destination,
    mode,
    propagation,
  ]);
}
