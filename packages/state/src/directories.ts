import type { EventOf } from "@sentrytap/events";
import { pathBelieved } from "./caller-memory.ts";
import { directoryOf } from "./directory-of.ts";
import type { LiveThread } from "./live-thread.ts";
import type { ProcessFields } from "./process-state.ts";
import { resolvePath } from "./resolve-path.ts";
import { bounded } from "./text.ts";

/** The working directory of a process as it sees it, and its root as the container sees it. */
export type Directories = Pick<ProcessFields, "cwd" | "root">;

/** chdir(2) or fchdir(2) has succeeded. */
export function directoryChanged(event: EventOf<"chdir" | "fchdir">, thread: LiveThread): void {
  // Where the session collects the working directory, the exit's context has the new one already.
  if (event.cwd !== undefined) return;
  const { process } = thread;
  const { message } = event;
  const to =
    event.type === "fchdir"
      ? directoryOf(thread, message.fdNumber, message.fdPath)
      : resolvePath(process.current.cwd, pathBelieved(thread, "chdir", undefined, message.pathname));
  process.change({ cwd: bounded(to) });
}

/** chroot(2) has succeeded. `before` is where the process was and what it saw until then. */
export function rootChanged(event: EventOf<"chroot">, thread: LiveThread, before: Directories): void {
  const path = resolvePath(before.cwd, pathBelieved(thread, event.type, undefined, event.args.path));
  const root =
    path === undefined || before.root === undefined ? undefined : bounded(below(before.root, path));
  const cwd = event.cwd === undefined ? seenFrom(path, before.cwd) : thread.process.current.fields.cwd;
  thread.process.change({ root, cwd });
}

/** What `path`, seen from `root`, is to those who see `root` under its name. */
function below(root: string, path: string): string {
  if (root === "/") return path;
  return path === "/" ? root : `${root}${path}`;
}

/** What `path` is to who has `root` for his root; what lies outside has no name there. */
function seenFrom(root: string | undefined, path: string | undefined): string | undefined {
  if (root === undefined || path === undefined || root === "/") return root && path;
  if (path === root) return "/";
  return path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}
