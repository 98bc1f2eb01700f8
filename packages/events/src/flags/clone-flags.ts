import { type Flag, flagNames } from "./flag-names.ts";

// include/uapi/linux/sched.h of Linux. The names are Falco's, in its order.

const table: readonly Flag[] = [
  ["CLONE_FILES", 0x400],
  ["CLONE_FS", 0x200],
  ["CLONE_IO", 0x80000000],
  ["CLONE_NEWIPC", 0x08000000],
  ["CLONE_NEWNET", 0x40000000],
  ["CLONE_NEWNS", 0x20000],
  ["CLONE_NEWPID", 0x20000000],
  ["CLONE_NEWUTS", 0x04000000],
  ["CLONE_PARENT", 0x8000],
  ["CLONE_PARENT_SETTID", 0x100000],
  ["CLONE_PTRACE", 0x2000],
  ["CLONE_SIGHAND", 0x800],
  ["CLONE_SYSVSEM", 0x40000],
  ["CLONE_THREAD", 0x10000],
  ["CLONE_UNTRACED", 0x800000],
  ["CLONE_VM", 0x100],
  ["CLONE_NEWUSER", 0x10000000],
  ["CLONE_CHILD_CLEARTID", 0x200000],
  ["CLONE_CHILD_SETTID", 0x1000000],
  ["CLONE_SETTLS", 0x80000],
  ["CLONE_VFORK", 0x4000],
  ["CLONE_NEWCGROUP", 0x02000000],
];

/** The names in `flags` of clone(2), joined by `|`; empty for none. */
export function cloneFlagNames(flags: number): string {
  return flagNames(flags, table);
}

/** Whether a clone(2) with `flags` makes a thread of the same process. */
export function clonesThread(flags: number): boolean {
  return (flags & 0x10000) !== 0;
}

/** Whether parent and child of a clone(2) with `flags` share one descriptor table. */
export function clonesFiles(flags: number): boolean {
  return (flags & 0x400) !== 0;
}
