import { keepWithin } from "./keep-within.ts";

/** How much of a container's environment is kept, in UTF-16 units. */
const maxSize = 16_384;

/** The environment of a container. */
export function environmentFrom(variables: Iterable<string>): readonly string[] {
  return keepWithin(variables, maxSize, (variable) => [variable]);
}
