import { resolvePath, type TrackedEvent } from "@sentrytap/state";

/** In place of a directory's descriptor: the working directory. See openat(2). */
export const atFdcwd = -100;

/** `name` as an absolute path: relative to the directory `dirfd`, or to the working directory where that is AT_FDCWD. */
export function absolutePath(event: TrackedEvent, name: string, dirfd: number): string {
  const { thread } = event;
  const directory = dirfd === atFdcwd ? (thread?.process.cwd ?? event.cwd) : thread?.descriptor(dirfd)?.name;
  return resolvePath(directory, name) ?? `<UNKNOWN>/${name}`;
}
