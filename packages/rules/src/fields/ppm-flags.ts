import { fcntlCommandName, mmapFlagNames, protectionNames, ptraceRequestName } from "@sentrytap/events";
import type { TrackedEvent } from "@sentrytap/state";

// The numbers that Falco prints and compares flags as: its own, the same on every architecture.

type Architecture = TrackedEvent["sandbox"]["arch"];
type Flag = readonly [linux: number, falco: number];

function openTable(largefile: number, directory: number, direct: number): readonly Flag[] {
  return [
    [0o100, 1 << 2],
    [0o2000, 1 << 3],
    [0o10000, 1 << 4],
    [0o200, 1 << 5],
    [0o4000, 1 << 6],
    [0o4010000, 1 << 7],
    [0o1000, 1 << 8],
    [direct, 1 << 9],
    [directory, 1 << 10],
    [largefile, 1 << 11],
    [0o2000000, 1 << 12],
    [0o20000000 | directory, 1 << 13],
  ];
}

const openFlags: Readonly<Record<Architecture, readonly Flag[]>> = {
  x64: openTable(0o100000, 0o200000, 0o40000),
  arm64: openTable(0o400000, 0o40000, 0o200000),
};

/** Flags of open(2) on `arch` in Falco's numbers. */
export function falcoOpenFlags(flags: number, arch: Architecture): number {
  // Falco has a bit for each way of access: O_RDONLY 1, O_WRONLY 2, O_RDWR both.
  const access = [1, 2, 3][flags & 3] ?? 3;
  return convert(flags, openFlags[arch]) | access;
}

const nonblock = 0o4000;
const cloexec = 0o2000000;

/** Flags of dup3(2), eventfd2(2), signalfd4(2) or inotify_init1(2) in Falco's numbers. */
export function falcoDescriptorFlags(flags: number): number {
  return convert(flags & (nonblock | cloexec), openFlags.x64);
}

/** Flags of pipe2(2) on `arch` in Falco's numbers. */
export function falcoPipeFlags(flags: number, arch: Architecture): number {
  const direct = arch === "arm64" ? 0o200000 : 0o40000;
  return convert(flags & (nonblock | cloexec | direct), openFlags[arch]);
}

const cloneFlags: readonly Flag[] = [
  [0x400, 1 << 0],
  [0x200, 1 << 1],
  [0x80000000, 1 << 2],
  [0x08000000, 1 << 3],
  [0x40000000, 1 << 4],
  [0x20000, 1 << 5],
  [0x20000000, 1 << 6],
  [0x04000000, 1 << 7],
  [0x8000, 1 << 8],
  [0x100000, 1 << 9],
  [0x2000, 1 << 10],
  [0x800, 1 << 11],
  [0x40000, 1 << 12],
  [0x10000, 1 << 13],
  [0x800000, 1 << 14],
  [0x100, 1 << 15],
  [0x10000000, 1 << 19],
  [0x200000, 1 << 20],
  [0x1000000, 1 << 21],
  [0x80000, 1 << 22],
  [0x4000, 1 << 24],
  [0x02000000, 1 << 25],
];

/** Flags of clone(2) in Falco's numbers. */
export function falcoCloneFlags(flags: number): number {
  return convert(flags, cloneFlags);
}

function convert(flags: number, table: readonly Flag[]): number {
  let converted = 0;
  for (const [linux, falco] of table) if ((flags & linux) === (linux | 0)) converted |= falco;
  return converted;
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Falco's names of protections, in the order of their bits. */
const protections = words("PROT_READ PROT_WRITE PROT_EXEC PROT_SEM PROT_GROWSDOWN PROT_GROWSUP");
/** Falco's names of flags of mmap(2), in the order of their bits; a hyphen for one that Linux does not have. */
const mmapFlags = words(`
  MAP_SHARED MAP_PRIVATE MAP_FIXED MAP_ANONYMOUS MAP_32BIT - MAP_NORESERVE MAP_POPULATE MAP_NONBLOCK
  MAP_GROWSDOWN MAP_DENYWRITE MAP_EXECUTABLE - - MAP_LOCKED`);

/** The protection of a mapping in Falco's numbers. */
export function falcoProtection(prot: number): number {
  return bitsOf(protectionNames(prot), protections);
}

/** Flags of mmap(2) on `arch` in Falco's numbers. */
export function falcoMmapFlags(flags: number, arch: Architecture): number {
  return bitsOf(mmapFlagNames(flags, arch), mmapFlags);
}

function bitsOf(names: string, order: readonly string[]): number {
  let bits = 0;
  for (const name of names.split("|")) {
    const bit = order.indexOf(name);
    if (bit >= 0) bits |= 1 << bit;
  }
  return bits;
}

/** Falco's names of commands of fcntl(2), by its numbers; a hyphen for those of 32-bit calls. */
const commands = words(`
  UNKNOWN F_DUPFD F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK - F_SETLK F_SETLKW F_SETOWN - F_GETOWN F_SETSIG -
  F_GETSIG - - - - - F_SETOWN_EX F_GETOWN_EX F_SETLEASE F_GETLEASE F_CANCELLK F_DUPFD_CLOEXEC F_NOTIFY
  F_SETPIPE_SZ F_GETPIPE_SZ F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW`);

/** Falco's names of requests of ptrace(2), by its numbers. */
const requests = words(`
  PTRACE_UNKNOWN PTRACE_TRACEME PTRACE_PEEKTEXT PTRACE_PEEKDATA PTRACE_PEEKUSR PTRACE_POKETEXT PTRACE_POKEDATA
  PTRACE_POKEUSR PTRACE_CONT PTRACE_KILL PTRACE_SINGLESTEP PTRACE_ATTACH PTRACE_DETACH PTRACE_SYSCALL
  PTRACE_SETOPTIONS PTRACE_GETEVENTMSG PTRACE_GETSIGINFO PTRACE_SETSIGINFO PTRACE_GETREGSET PTRACE_SETREGSET
  PTRACE_SEIZE PTRACE_INTERRUPT PTRACE_LISTEN PTRACE_PEEKSIGINFO PTRACE_GETSIGMASK PTRACE_SETSIGMASK
  PTRACE_GETREGS PTRACE_SETREGS PTRACE_GETFPREGS PTRACE_SETFPREGS PTRACE_GETFPXREGS PTRACE_SETFPXREGS
  PTRACE_OLDSETOPTIONS PTRACE_GET_THREAD_AREA PTRACE_SET_THREAD_AREA PTRACE_ARCH_PRCTL PTRACE_SYSEMU
  PTRACE_SYSEMU_SINGLESTEP PTRACE_SINGLEBLOCK`);

/** A value in Falco's number, under its name. */
export interface FalcoEnum {
  readonly number: number;
  readonly name: string;
}

/** A command of fcntl(2) as Falco has it; those that it does not know are `UNKNOWN`. */
export function falcoFcntlCommand(command: number): FalcoEnum {
  return enumOf(fcntlCommandName(command), commands);
}

/** A request of ptrace(2) on `arch` as Falco has it; those that it does not know are `PTRACE_UNKNOWN`. */
export function falcoPtraceRequest(request: number, arch: Architecture): FalcoEnum {
  return enumOf(ptraceRequestName(request, arch), requests);
}

/** The first of `order` stands for all that it does not have. */
function enumOf(name: string | undefined, order: readonly string[]): FalcoEnum {
  const number = name === undefined ? 0 : Math.max(order.indexOf(name), 0);
  return { number, name: order[number] ?? "" };
}
