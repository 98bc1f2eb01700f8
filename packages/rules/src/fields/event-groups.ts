import { type EventType, syscallNames, syscallSignature } from "@sentrytap/events";
import { words } from "../words.ts";

// The types of events on which a field can have a value, as `evt.type` names them. A call may come decoded, under a type
// of its own, or raw; its name is the same.

/** A set of types, out of their names. */
export function types(names: string): ReadonlySet<string> {
  return new Set(words(names));
}

/** The decoded calls, each of which returns something. */
const decodedCalls: readonly EventType[] = [
  ...(["open", "openat", "creat", "close"] as const),
  ...(["read", "pread", "readv", "preadv", "preadv2"] as const),
  ...(["write", "pwrite", "writev", "pwritev", "pwritev2"] as const),
  ...(["execve", "execveat", "clone", "fork", "vfork"] as const),
  ...(["connect", "bind", "listen", "accept", "accept4", "socket", "pipe", "pipe2", "socketpair"] as const),
  ...(["chdir", "fchdir", "chroot", "dup", "dup2", "dup3", "fcntl"] as const),
  ...(["setuid", "setgid", "setsid", "setresuid", "setresgid", "prlimit", "ptrace", "mmap"] as const),
  ...(["signalfd", "signalfd4", "eventfd", "eventfd2"] as const),
  ...(["timerfd_create", "timerfd_settime", "timerfd_gettime"] as const),
  ...(["inotify_init", "inotify_init1", "inotify_add_watch", "inotify_rm_watch"] as const),
];

/** Everything that is a system call. Those that this version has no name for, `syscall.N`, no condition can name. */
export const callTypes: ReadonlySet<string> = new Set([...decodedCalls, ...syscallNames]);

function usesDescriptor(call: (typeof syscallNames)[number]): boolean {
  const { parameters, result } = syscallSignature("x64", call);
  return result.kind === "fd" || parameters.some(({ kind }) => kind === "fd");
}

/** Calls that take or make a descriptor. */
export const descriptorTypes: ReadonlySet<string> = new Set([
  ...syscallNames.filter(usesDescriptor),
  ...types("pipe pipe2 socketpair"),
]);

export const readTypes: ReadonlySet<string> = types(
  "read pread readv preadv preadv2 recvfrom recvmsg recvmmsg copy_file_range finit_module",
);
export const writeTypes: ReadonlySet<string> = types(
  "write pwrite writev pwritev pwritev2 sendto sendmsg sendmmsg copy_file_range",
);
export const transferTypes: ReadonlySet<string> = new Set([...readTypes, ...writeTypes]);
export const waitTypes: ReadonlySet<string> = types("epoll_wait nanosleep poll ppoll select");

/** Opens whose flags are told. */
export const flaggedOpenTypes: ReadonlySet<string> = types("open openat open_by_handle_at");
