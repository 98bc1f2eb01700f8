import { type Architecture, hostArchitecture } from "@sentrytap/wire";

// include/uapi/linux/ptrace.h of Linux; arch/x86/include/uapi/asm/ptrace-abi.h; arch/arm64/include/uapi/asm/ptrace.h.

type Names = Readonly<Partial<Record<number, string>>>;

const common: Names = {
  0: "PTRACE_TRACEME",
  1: "PTRACE_PEEKTEXT",
  2: "PTRACE_PEEKDATA",
  3: "PTRACE_PEEKUSR",
  4: "PTRACE_POKETEXT",
  5: "PTRACE_POKEDATA",
  6: "PTRACE_POKEUSR",
  7: "PTRACE_CONT",
  8: "PTRACE_KILL",
  9: "PTRACE_SINGLESTEP",
  16: "PTRACE_ATTACH",
  17: "PTRACE_DETACH",
  24: "PTRACE_SYSCALL",
  31: "PTRACE_SYSEMU",
  32: "PTRACE_SYSEMU_SINGLESTEP",
  16896: "PTRACE_SETOPTIONS",
  16897: "PTRACE_GETEVENTMSG",
  16898: "PTRACE_GETSIGINFO",
  16899: "PTRACE_SETSIGINFO",
  16900: "PTRACE_GETREGSET",
  16901: "PTRACE_SETREGSET",
  16902: "PTRACE_SEIZE",
  16903: "PTRACE_INTERRUPT",
  16904: "PTRACE_LISTEN",
  16905: "PTRACE_PEEKSIGINFO",
  16906: "PTRACE_GETSIGMASK",
  16907: "PTRACE_SETSIGMASK",
  16908: "PTRACE_SECCOMP_GET_FILTER",
  16909: "PTRACE_SECCOMP_GET_METADATA",
  16910: "PTRACE_GET_SYSCALL_INFO",
  16911: "PTRACE_GET_RSEQ_CONFIGURATION",
  16912: "PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG",
  16913: "PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG",
  16914: "PTRACE_SET_SYSCALL_INFO",
};

const names: Readonly<Record<Architecture, Names>> = {
  x64: {
    ...common,
    12: "PTRACE_GETREGS",
    13: "PTRACE_SETREGS",
    14: "PTRACE_GETFPREGS",
    15: "PTRACE_SETFPREGS",
    18: "PTRACE_GETFPXREGS",
    19: "PTRACE_SETFPXREGS",
    21: "PTRACE_OLDSETOPTIONS",
    25: "PTRACE_GET_THREAD_AREA",
    26: "PTRACE_SET_THREAD_AREA",
    30: "PTRACE_ARCH_PRCTL",
    33: "PTRACE_SINGLEBLOCK",
  },
  arm64: { ...common, 33: "PTRACE_PEEKMTETAGS", 34: "PTRACE_POKEMTETAGS" },
};

/**
 * The name of a request of ptrace(2), as `PTRACE_ATTACH` for 16; `undefined` where Linux has none of that number. Some
 * depend on the sandbox's architecture; the default is this machine's.
 */
export function ptraceRequestName(
  request: number,
  arch: Architecture = hostArchitecture,
): string | undefined {
  return names[arch][request];
}
