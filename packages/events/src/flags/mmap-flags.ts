import { type Architecture, hostArchitecture } from "@sentrytap/wire";
import { type Flag, flagNames } from "./flag-names.ts";

// include/uapi/asm-generic/mman-common.h and mman.h of Linux; what x86 alone has, arch/x86/include/uapi/asm/mman.h. The
// names are Falco's, in its order; of those that it has beside, Linux has no bits.

const protections: readonly Flag[] = [
  ["PROT_READ", 1],
  ["PROT_WRITE", 2],
  ["PROT_EXEC", 4],
  ["PROT_SEM", 8],
  ["PROT_GROWSDOWN", 0x01000000],
  ["PROT_GROWSUP", 0x02000000],
];

/** The names in `prot` of mmap(2) or mprotect(2), joined by `|`; `PROT_NONE` for none. */
export function protectionNames(prot: number): string {
  return flagNames(prot, protections) || "PROT_NONE";
}

const before32bit: readonly Flag[] = [
  ["MAP_SHARED", 1],
  ["MAP_PRIVATE", 2],
  ["MAP_FIXED", 0x10],
  ["MAP_ANONYMOUS", 0x20],
];
const after32bit: readonly Flag[] = [
  ["MAP_NORESERVE", 0x4000],
  ["MAP_POPULATE", 0x8000],
  ["MAP_NONBLOCK", 0x10000],
  ["MAP_GROWSDOWN", 0x100],
  ["MAP_DENYWRITE", 0x800],
  ["MAP_EXECUTABLE", 0x1000],
  ["MAP_LOCKED", 0x2000],
];
const flagsOf: Readonly<Record<Architecture, readonly Flag[]>> = {
  x64: [...before32bit, ["MAP_32BIT", 0x40], ...after32bit],
  arm64: [...before32bit, ...after32bit],
};

/**
 * The names in `flags` of mmap(2), joined by `|`; empty for none. One flag depends on the sandbox's architecture; the
 * default is this machine's.
 */
export function mmapFlagNames(flags: number, arch: Architecture = hostArchitecture): string {
  return flagNames(flags, flagsOf[arch]);
}
