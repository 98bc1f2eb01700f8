import { type Architecture, hostArchitecture } from "@sentrytap/wire";
import { oCloexec, oDirect, oNonblock } from "./descriptor-flags.ts";
import { type Flag, flagNames } from "./flag-names.ts";

// include/uapi/asm-generic/fcntl.h of Linux; where arm64 differs, arch/arm64/include/uapi/asm/fcntl.h. The names are
// Falco's, in its order.

const oDirectory: Readonly<Record<Architecture, number>> = { x64: 0o200000, arm64: 0o40000 };
const oLargefile: Readonly<Record<Architecture, number>> = { x64: 0o100000, arm64: 0o400000 };
/** O_TMPFILE is this and O_DIRECTORY. */
const oTmpfileBit = 0o20000000;

const bitsBefore = (arch: Architecture): readonly Flag[] => [
  ["O_LARGEFILE", oLargefile[arch]],
  ["O_DIRECTORY", oDirectory[arch]],
  ["O_DIRECT", oDirect[arch]],
  ["O_TRUNC", 0o1000],
  ["O_SYNC", 0o4010000],
  ["O_NONBLOCK", oNonblock],
  ["O_EXCL", 0o200],
  ["O_DSYNC", 0o10000],
  ["O_APPEND", 0o2000],
  ["O_CREAT", 0o100],
];
/** The flags that Falco names before the way of access. */
const flagsBefore: Readonly<Record<Architecture, readonly Flag[]>> = {
  x64: bitsBefore("x64"),
  arm64: bitsBefore("arm64"),
};

/**
 * The names in `flags` of open(2), openat(2) or creat(2), joined by `|`: `O_CREAT|O_RDWR`. Three of the numbers depend on
 * the sandbox's architecture; the default is this machine's.
 */
export function openFlagNames(flags: number, arch: Architecture = hostArchitecture): string {
  const before = flagNames(flags, flagsBefore[arch]);
  let names = before === "" ? accessMode(flags) : `${before}|${accessMode(flags)}`;
  if (flags & oCloexec) names += "|O_CLOEXEC";
  if (opensTemporary(flags, arch)) names += "|O_TMPFILE";
  return names;
}

function accessMode(flags: number): string {
  switch (flags & 3) {
    case 0:
      return "O_RDONLY";
    case 1:
      return "O_WRONLY";
    default:
      return "O_RDWR";
  }
}

/** Whether a file opened with `flags` can be read. */
export function opensForReading(flags: number): boolean {
  return (flags & 3) !== 1;
}

/** Whether a file opened with `flags` can be written. */
export function opensForWriting(flags: number): boolean {
  return (flags & 3) !== 0;
}

/** Whether a file opened with `flags` is created where it is missing. */
export function opensToCreate(flags: number, arch: Architecture = hostArchitecture): boolean {
  return (flags & 0o100) !== 0 || opensTemporary(flags, arch);
}

/** Whether an open with `flags` is of a directory or fails. Of an O_TMPFILE it is not: it makes a file in one. */
export function opensDirectory(flags: number, arch: Architecture = hostArchitecture): boolean {
  return (flags & oDirectory[arch]) !== 0 && !opensTemporary(flags, arch);
}

function opensTemporary(flags: number, arch: Architecture): boolean {
  return (flags & oTmpfileBit) !== 0 && (flags & oDirectory[arch]) !== 0;
}
