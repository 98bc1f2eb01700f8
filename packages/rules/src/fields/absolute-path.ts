import { resolvePath, type TrackedEvent } from "@sentrytap/state";

/** In place of a directory's descriptor: the working directory. See openat(2). */
export const atFdcwd = -100;

/** `name` as an absolute path: relative to the directory `dirfd`, or to the working directory where that is AT_FDCWD. */
export function absolutePath(event: TrackedEvent, name: string, dirfd: number): string {
  return resolvePath(directoryOf(event, dirfd), name) ?? `<UNKNOWN>/${name}`;
}

function directoryOf(event: TrackedEvent, dirfd: number): string | undefined {
  const { thread } = event;
  if (dirfd === atFdcwd) return thread?.process.cwd ?? event.cwd;
  // gVisor's own word, where the session asks for it.
  const told = event.type === "openat" ? event.message.fdPath : "";
  return told.startsWith("/") ? told : thread?.descriptor(dirfd)?.name;
}
