import {
  cloneFlagNames,
  descriptorFlagNames,
  fcntlCommandName,
  mmapFlagNames,
  openFlagNames,
  pipeFlagNames,
  protectionNames,
  ptraceRequestName,
} from "@sentrytap/events";
import type { Architecture } from "../architecture.ts";
import { words } from "../words.ts";

// The numbers that Falco prints and compares flags as: its own, the same on every architecture.

/** Falco's bits, by name; each of `names` has the next bit, but for hyphens. */
function bitsOf(names: string): Map<string, number> {
  return new Map(words(names).map((name, bit) => [name, 1 << bit]));
}

function numberOf(names: string, bits: ReadonlyMap<string, number>): number {
  let number = 0;
  for (const name of names.split("|")) number |= bits.get(name) ?? 0;
  return number;
}

const openBits = bitsOf(`
  O_RDONLY O_WRONLY O_CREAT O_APPEND O_DSYNC O_EXCL O_NONBLOCK O_SYNC O_TRUNC O_DIRECT O_DIRECTORY O_LARGEFILE
  O_CLOEXEC O_TMPFILE`).set("O_RDWR", 3);

/** Flags of open(2) on `arch` in Falco's numbers. */
export function falcoOpenFlags(flags: number, arch: Architecture): number {
  return numberOf(openFlagNames(flags, arch), openBits);
}

/** Flags of dup3(2), eventfd2(2), signalfd4(2) or inotify_init1(2) in Falco's numbers. */
export function falcoDescriptorFlags(flags: number): number {
  return numberOf(descriptorFlagNames(flags), openBits);
}

/** Flags of pipe2(2) on `arch` in Falco's numbers. */
export function falcoPipeFlags(flags: number, arch: Architecture): number {
  return numberOf(pipeFlagNames(flags, arch), openBits);
}

const cloneBits = bitsOf(`
  CLONE_FILES CLONE_FS CLONE_IO CLONE_NEWIPC CLONE_NEWNET CLONE_NEWNS CLONE_NEWPID CLONE_NEWUTS CLONE_PARENT
  CLONE_PARENT_SETTID CLONE_PTRACE CLONE_SIGHAND CLONE_SYSVSEM CLONE_THREAD CLONE_UNTRACED CLONE_VM - - -
  - CLONE_NEWUSER - - CLONE_CHILD_CLEARTID CLONE_CHILD_SETTID CLONE_SETTLS - CLONE_VFORK CLONE_NEWCGROUP`);

/** Flags of clone(2) in Falco's numbers. */
export function falcoCloneFlags(flags: number): number {
  return numberOf(cloneFlagNames(flags), cloneBits);
}

const protectionBits = bitsOf("PROT_READ PROT_WRITE PROT_EXEC PROT_SEM PROT_GROWSDOWN PROT_GROWSUP");

/** The protection of a mapping in Falco's numbers. */
export function falcoProtection(prot: number): number {
  return numberOf(protectionNames(prot), protectionBits);
}

const mmapBits = bitsOf(`
  MAP_SHARED MAP_PRIVATE MAP_FIXED MAP_ANONYMOUS MAP_32BIT - MAP_NORESERVE MAP_POPULATE MAP_NONBLOCK
  MAP_GROWSDOWN MAP_DENYWRITE MAP_EXECUTABLE - - MAP_LOCKED`);

/** Flags of mmap(2) on `arch` in Falco's numbers. */
export function falcoMmapFlags(flags: number, arch: Architecture): number {
  return numberOf(mmapFlagNames(flags, arch), mmapBits);
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
