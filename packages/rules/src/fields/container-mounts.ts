import { compileGlob, type Matcher } from "../compiling/glob.ts";
import type { ContainerMount } from "./container-metadata.ts";

/** A mount as Falco writes it. */
export function mountText(mount: ContainerMount): string {
  const { source, destination, mode, writable, propagation } = mount;
  return [source, destination, mode, String(writable), propagation].join(":");
}

const globs = new Map<string, Matcher>();

/** Arguments of rules, of which there are few. */
function globOf(pattern: string): Matcher {
  let glob = globs.get(pattern);
  if (glob === undefined) {
    glob = compileGlob(pattern);
    if (globs.size < 1_000) globs.set(pattern, glob);
  }
  return glob;
}

/** The mount of that number, from 0, or the first one whose path at the end `by` matches the argument as a glob. */
export function findMount(
  mounts: readonly ContainerMount[],
  argument: string,
  by: "source" | "destination",
): ContainerMount | undefined {
  if (/^[0-9]{1,9}$/.test(argument)) return mounts[Number(argument)];
  const matches = globOf(argument);
  return mounts.find((mount) => matches(mount[by]));
}
