import type { Descriptor, DescriptorKind } from "./descriptor.ts";

/** Types of files in `st_mode`: see inode(7). */
const typeMask = 0o170000;
const kinds: ReadonlyMap<number, DescriptorKind> = new Map([
  [0o040000, "directory"],
  [0o020000, "device"],
  [0o010000, "pipe"],
]);

/** What a file of `mode` is; `undefined` where that says no more than a path does. */
export function kindOfMode(mode: number): DescriptorKind | undefined {
  return kinds.get(mode & typeMask);
}

/** `descriptor`, of which it is told that its file has `mode`: a path alone does not tell files from devices. */
export function ofMode(descriptor: Descriptor, mode: number): Descriptor {
  const kind = kindOfMode(mode);
  return descriptor.kind === "file" && kind !== undefined ? { ...descriptor, kind } : descriptor;
}
