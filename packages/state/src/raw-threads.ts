import { type Event, type EventOf, rawSyscallName } from "@sentrytap/events";
import { idsChanged } from "./changed-ids.ts";
import { cloneFs, cloneNewNs } from "./clone-flags.ts";
import { directoryOf } from "./directory-of.ts";
import { execUnseen } from "./execs.ts";
import type { LiveThread } from "./live-thread.ts";
import { descriptorIn } from "./raw-call.ts";
import { groupChanged, sessionBegun } from "./sessions.ts";
import { bounded } from "./text.ts";
import type { ThreadTable } from "./thread-table.ts";

/** What a call does to its process that came as number and registers, and succeeded. */
export function rawReturned(table: ThreadTable, event: Event, thread: LiveThread): void {
  if (event.type !== "syscall" || event.direction === "enter" || event.failed) return;
  const { process } = thread;
  const name = rawSyscallName(event.message);
  switch (name) {
    case "setsid":
      sessionBegun(thread);
      return;
    case "setpgid":
    case "setns":
    case "unshare":
      regrouped(table, event, thread);
      return;
    case "pivot_root":
      process.change({ root: undefined, cwd: bounded(event.cwd) });
      return;
    case "execve":
    case "execveat":
      if (!isToldDecoded(table, thread, name)) execUnseen(table, event, thread);
      return;
    case "setuid":
    case "setgid":
    case "setreuid":
    case "setregid":
    case "setresuid":
    case "setresgid":
      if (!table.coverage.decodedCalls.has(name)) idsChanged(event, thread);
      return;
    case "chdir":
    case "fchdir":
    case "chroot":
      if (!table.coverage.decodedCalls.has(name)) moved(event, thread, name);
      return;
    default:
  }
}

/**
 * Whether decoded messages tell of the exec whose raw one says that it has succeeded: they lie around it. Where they should and
 * do not, they were lost, as all are that carry a byte which is not UTF-8; raw ones carry no text.
 */
function isToldDecoded({ coverage, gaps }: ThreadTable, thread: LiveThread, call: string): boolean {
  if (!coverage.decodedCalls.has("execve")) return false;
  const isLost = (coverage.execs && !thread.execTold) || (coverage.execEnters && thread.began !== call);
  if (isLost) gaps.add({ kind: "exit_without_enter", call });
  return !isLost;
}

/** Of a path there is only where it lay in the caller's memory. */
function moved(event: EventOf<"syscall">, thread: LiveThread, name: "chdir" | "fchdir" | "chroot"): void {
  const { process } = thread;
  const cwd = bounded(event.cwd);
  if (name === "chroot") process.change({ root: undefined, cwd });
  else if (name === "chdir") process.change({ cwd });
  else process.change({ cwd: cwd ?? directoryOf(thread, descriptorIn(event.message, 0), "") });
}

/** The calls whose registers say it all. */
function regrouped(table: ThreadTable, event: EventOf<"syscall">, thread: LiveThread): void {
  const { args } = event;
  const { process } = thread;
  if (args.name === "setpgid") {
    groupChanged(table, thread, args.params);
  } else if (args.name === "setns") {
    const { nstype } = args.params;
    const entersMounts = nstype === 0 || (nstype & cloneNewNs) !== 0;
    if (entersMounts) process.change({ root: undefined, cwd: bounded(event.cwd) });
  } else if (args.name === "unshare" && (args.params.flags & (cloneFs | cloneNewNs)) !== 0) {
    process.unshareDirectories();
  }
}
