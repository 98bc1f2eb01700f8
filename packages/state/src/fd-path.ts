import type { Descriptor, DescriptorKind } from "./descriptor.ts";
import { plainDescriptor, socketDescriptor } from "./make-descriptor.ts";
import { bounded } from "./text.ts";

// gVisor's name for what a descriptor refers to: the optional field fd_path of most calls that take one.

const socketPrefix = "socket:[";
const deletedSuffix = " (deleted)";

const kinds: readonly (readonly [prefix: string, kind: DescriptorKind])[] = [
  ["/memfd:", "memfd"],
  ["/", "file"],
  ["pipe:[", "pipe"],
  ["anon_inode:[eventfd]", "eventfd"],
  ["anon_inode:[eventpoll]", "eventpoll"],
  ["anon_inode:[timerfd]", "timerfd"],
  ["anon_inode:[signalfd]", "signalfd"],
  ["anon_inode:[inotify", "inotify"],
];

/** Whether `fdPath` names anything: the field is absent for no descriptor, and says so of one that is not open. */
export function namesDescriptor(fdPath: string): boolean {
  return fdPath !== "" && !fdPath.startsWith("[err");
}

/** What `fdPath` tells of a descriptor whose making was not seen. */
export function inferDescriptor(fdPath: string): Descriptor {
  const path = bounded(fdPath);
  if (path.startsWith(socketPrefix)) {
    const socket = { protocol: undefined, local: undefined, remote: undefined, role: undefined };
    return socketDescriptor("unknown", socket, false, path);
  }
  const kind = kindOf(path);
  const named = kind === "file" || kind === "memfd" || kind === "unknown";
  return plainDescriptor(kind, named ? path : "", false, undefined, path);
}

/** `known`, of which `fdPath` is told now; another descriptor where the two cannot be the same. */
export function reconcile(known: Descriptor, fdPath: string): Descriptor {
  return isSame(known, fdPath) ? { ...known, fdPath: bounded(fdPath) } : inferDescriptor(fdPath);
}

/**
 * Whether `known` is what `fdPath` names. If not, the table missed something: a call that no point reports, such as
 * close_range(2) or memfd_create(2), a renamed file, a lost message.
 */
function isSame(known: Descriptor, fdPath: string): boolean {
  if (known.fdPath !== undefined) return withoutSuffix(known.fdPath) === withoutSuffix(fdPath);
  if (known.socket !== undefined) return fdPath.startsWith(socketPrefix);
  // A path can lead to anything by way of /proc/self/fd, to which /dev/stdin and its like are links.
  if (known.name.startsWith("/proc/") || known.name.startsWith("/dev/")) return true;
  const kind = kindOf(fdPath);
  return known.kind === "directory" ? kind === "file" : known.kind === kind;
}

function withoutSuffix(fdPath: string): string {
  return fdPath.endsWith(deletedSuffix) ? fdPath.slice(0, -deletedSuffix.length) : fdPath;
}

function kindOf(fdPath: string): DescriptorKind {
  return kinds.find(([prefix]) => fdPath.startsWith(prefix))?.[1] ?? "unknown";
}
