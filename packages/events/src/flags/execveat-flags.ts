import { type Flag, flagNames } from "./flag-names.ts";

// include/uapi/linux/fcntl.h of Linux.
const table: readonly Flag[] = [
  ["AT_EMPTY_PATH", 0x1000],
  ["AT_SYMLINK_NOFOLLOW", 0x100],
  ["AT_EXECVE_CHECK", 0x10000],
];

/** The names in `flags` of execveat(2), joined by `|`; empty for none. */
export function execveatFlagNames(flags: number): string {
  return flagNames(flags, table);
}
