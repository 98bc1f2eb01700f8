import { namesDescriptor } from "./fd-path.ts";
import type { LiveThread } from "./live-thread.ts";
import { bounded } from "./text.ts";

const atFdcwd = -100;

/**
 * What a relative path is relative to, of a call that takes the descriptor `dirfd` of a directory, which gVisor calls
 * `fdPath`, or of one that takes none; `undefined` where that is not known.
 */
export function directoryOf(
  thread: LiveThread,
  dirfd: number | undefined,
  fdPath: string,
): string | undefined {
  if (dirfd === undefined || dirfd === atFdcwd) return thread.process.current.cwd;
  const path = namesDescriptor(fdPath) ? bounded(fdPath) : thread.descriptors.get(dirfd)?.name;
  // It may be open under a name that is not known, or be no directory.
  return path?.startsWith("/") ? path : undefined;
}
