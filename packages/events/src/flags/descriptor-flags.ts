import { type Architecture, hostArchitecture } from "@sentrytap/wire";
import { type Flag, flagNames } from "./flag-names.ts";

// The flags of the calls that make descriptors other than by open: include/uapi/asm-generic/fcntl.h of Linux, and
// arch/arm64/include/uapi/asm/fcntl.h. SOCK_, EFD_, SFD_, TFD_ and IN_ CLOEXEC and NONBLOCK are the same bits as O_.

export const oNonblock = 0o4000;
export const oCloexec = 0o2000000;
export const oDirect: Readonly<Record<Architecture, number>> = { x64: 0o40000, arm64: 0o200000 };

/** Whether a descriptor made with `flags` closes on exec. SOCK_CLOEXEC and its kind are the same bit. */
export function closesOnExec(flags: number): boolean {
  return (flags & oCloexec) !== 0;
}

const common: readonly Flag[] = [
  ["O_NONBLOCK", oNonblock],
  ["O_CLOEXEC", oCloexec],
];
const pipe: Readonly<Record<Architecture, readonly Flag[]>> = {
  x64: [["O_DIRECT", oDirect.x64], ...common],
  arm64: [["O_DIRECT", oDirect.arm64], ...common],
};

/** The names in `flags` of dup3(2), eventfd2(2), signalfd4(2) or inotify_init1(2), as Falco has them: `O_NONE` for none. */
export function descriptorFlagNames(flags: number): string {
  return flagNames(flags, common) || "O_NONE";
}

/**
 * The names in `flags` of pipe2(2), as Falco has them: `O_NONE` for none. One of the numbers depends on the sandbox's
 * architecture; the default is this machine's.
 */
export function pipeFlagNames(flags: number, arch: Architecture = hostArchitecture): string {
  return flagNames(flags, pipe[arch]) || "O_NONE";
}

// include/linux/net.h, include/uapi/linux/timerfd.h, include/uapi/linux/eventfd.h
const accept: readonly Flag[] = [
  ["SOCK_NONBLOCK", oNonblock],
  ["SOCK_CLOEXEC", oCloexec],
];
const eventfd: readonly Flag[] = [
  ["EFD_SEMAPHORE", 1],
  ["EFD_NONBLOCK", oNonblock],
  ["EFD_CLOEXEC", oCloexec],
];
const timerfd: readonly Flag[] = [
  ["TFD_NONBLOCK", oNonblock],
  ["TFD_CLOEXEC", oCloexec],
];
const timer: readonly Flag[] = [
  ["TFD_TIMER_ABSTIME", 1],
  ["TFD_TIMER_CANCEL_ON_SET", 2],
];

/** The names in `flags` of accept4(2), joined by `|`; empty for none. */
export function acceptFlagNames(flags: number): string {
  return flagNames(flags, accept);
}

/** The names in `flags` of eventfd2(2) as Linux has them, EFD_SEMAPHORE among them, joined by `|`; empty for none. */
export function eventfdFlagNames(flags: number): string {
  return flagNames(flags, eventfd);
}

/** The names in `flags` of timerfd_create(2), joined by `|`; empty for none. */
export function timerfdFlagNames(flags: number): string {
  return flagNames(flags, timerfd);
}

/** The names in `flags` of timerfd_settime(2), joined by `|`; empty for none. */
export function timerFlagNames(flags: number): string {
  return flagNames(flags, timer);
}
