import { type Architecture, hostArchitecture } from "@sentrytap/wire";

// Flag names as Falco prints them, in its order, over the numbers that the system calls really carry
// (include/uapi/asm-generic/fcntl.h and sched.h of Linux; where arm64 differs, arch/arm64/include/uapi/asm/fcntl.h).

/** One name and the bits that must all be set for it. */
type Flag = readonly [name: string, bits: number];

const oDirectory: Readonly<Record<Architecture, number>> = { x64: 0o200000, arm64: 0o40000 };
const oDirect: Readonly<Record<Architecture, number>> = { x64: 0o40000, arm64: 0o200000 };
/** O_TMPFILE is this and O_DIRECTORY. */
const oTmpfileBit = 0o20000000;
const oCloexec = 0o2000000;

const openBits = (arch: Architecture): readonly Flag[] => [
  ["O_DIRECTORY", oDirectory[arch]],
  ["O_DIRECT", oDirect[arch]],
  ["O_TRUNC", 0o1000],
  ["O_SYNC", 0o4010000],
  ["O_NONBLOCK", 0o4000],
  ["O_EXCL", 0o200],
  ["O_DSYNC", 0o10000],
  ["O_APPEND", 0o2000],
  ["O_CREAT", 0o100],
];
const openFlags: Readonly<Record<Architecture, readonly Flag[]>> = {
  x64: openBits("x64"),
  arm64: openBits("arm64"),
};

/**
 * The names in `flags` of open(2), openat(2) or creat(2), joined by `|`: `O_CREAT|O_RDWR`. Two of the numbers depend on
 * the sandbox's architecture; the default is this machine's.
 */
export function openFlagNames(flags: number, arch: Architecture = hostArchitecture): string {
  const names = openFlags[arch].filter(([, bits]) => (flags & bits) === bits).map(([name]) => name);
  names.push(accessMode(flags));
  if (flags & oCloexec) names.push("O_CLOEXEC");
  if (opensTemporary(flags, arch)) names.push("O_TMPFILE");
  return names.join("|");
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

/** Whether a descriptor made with `flags` closes on exec. SOCK_CLOEXEC and its kind are the same bit. */
export function closesOnExec(flags: number): boolean {
  return (flags & oCloexec) !== 0;
}

const cloneBits: readonly Flag[] = [
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

/** The names in `flags` of clone(2), joined by `|`; `0` where none is set. */
export function cloneFlagNames(flags: number): string {
  return (
    cloneBits
      .filter(([, bits]) => (flags & bits) !== 0)
      .map(([name]) => name)
      .join("|") || "0"
  );
}

/** Whether a clone(2) with `flags` makes a thread of the same process. */
export function clonesThread(flags: number): boolean {
  return (flags & 0x10000) !== 0;
}

/** Whether parent and child of a clone(2) with `flags` share one descriptor table. */
export function clonesFiles(flags: number): boolean {
  return (flags & 0x400) !== 0;
}

const families = [
  "AF_UNSPEC",
  "AF_UNIX",
  "AF_INET",
  "AF_AX25",
  "AF_IPX",
  "AF_APPLETALK",
  "AF_NETROM",
  "AF_BRIDGE",
  "AF_ATMPVC",
  "AF_X25",
  "AF_INET6",
  "AF_ROSE",
  "AF_DECnet",
  "AF_NETBEUI",
  "AF_SECURITY",
  "AF_KEY",
  "AF_NETLINK",
  "AF_PACKET",
];

/** The name of socket family `family`, as socket(2) has it; its number where it has none here. */
export function socketFamilyName(family: number): string {
  return families[family] ?? String(family);
}
