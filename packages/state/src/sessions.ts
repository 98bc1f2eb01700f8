import { cloneParent } from "./clone-flags.ts";
import type { LiveProcess } from "./live-process.ts";
import type { LiveThread } from "./live-thread.ts";
import type { ProcessFields } from "./process-state.ts";
import type { ThreadTable } from "./thread-table.ts";

// Sessions and process groups (credentials(7)), as gVisor has them: kernel/sessions.go, kernel/task_start.go and
// syscalls/linux/sys_thread.go.

/** Ids of session and process group. */
export type Session = Pick<ProcessFields, "sid" | "pgid">;

/** Whoever has no parent in the sandbox leads a session of its own. */
export function ownSession(pid: number): Session {
  return { sid: pid, pgid: pid };
}

/** setsid(2) has succeeded. It gives up the terminal, and may take another, of which no point tells. */
export function sessionBegun({ process }: LiveThread): void {
  const { pid, terminal } = process.current.fields;
  process.change({ ...ownSession(pid), terminal: terminal === false ? false : undefined });
}

export const noSession: Session = { sid: undefined, pgid: undefined };

/** A child has those of its parent, which is not its creator where the two are to have one parent. */
export function sessionOfChild(
  { current: { fields }, parent }: LiveProcess,
  pid: number,
  flags: number,
): Session {
  if ((flags & cloneParent) === 0) return { sid: fields.sid, pgid: fields.pgid };
  if (fields.isFirst === true) return ownSession(pid);
  const { sid, pgid } = parent?.isAlive === true ? parent.current.fields : noSession;
  return { sid, pgid };
}

/** setpgid(2) has succeeded. Its ids are of the caller's own pid namespace. */
export function groupChanged(
  table: ThreadTable,
  { process }: LiveThread,
  { pid, pgid }: { readonly pid: number; readonly pgid: number },
): void {
  const hasSandboxIds = process.current.fields.initPid === 1;
  const member = pid === 0 ? process : hasSandboxIds ? table.process(pid) : undefined;
  if (member !== undefined) {
    member.change({ pgid: pgid === 0 ? member.pid : hasSandboxIds ? pgid : undefined });
  } else if (!hasSandboxIds) {
    // The number may be its own.
    process.change({ pgid: undefined });
  }
}
