import type { Descriptor, DescriptorKind } from "./descriptor.ts";
import { plainDescriptor, socketDescriptor, unknownSocket } from "./make-descriptor.ts";
import { bounded } from "./text.ts";

// gVisor's name for what a descriptor refers to: the optional field fd_path of most calls that take one.

const socketPrefix = "socket:[";
const deletedSuffix = " (deleted)";

/** The kind of what has a name that begins with `prefix`. */
const kinds: readonly (readonly [prefix: string, kind: DescriptorKind])[] = [
  ["/memfd:", "memfd"],
  ["/", "file"],
  ["pipe:[", "pipe"],
  ["anon_inode:[eventfd]", "eventfd"],
  ["anon_inode:[eventpoll]", "eventpoll"],
  ["anon_inode:[timerfd]", "timerfd"],
  ["anon_inode:[signalfd]", "signalfd"],
  ["anon_inode:[inotify", "inotify"],
  ["anon_inode:[pidfd]", "pidfd"],
  ["anon_inode:[io_uring]", "io_uring"],
  ["host:[", "host"],
];

/** Whether `fdPath` names anything: the field is absent for no descriptor, and says so of one that is not open. */
export function namesDescriptor(fdPath: string): boolean {
  return fdPath !== "" && !fdPath.startsWith("[err");
}

/** Whether `fdPath` names a socket. */
export function namesSocket(fdPath: string): boolean {
  return fdPath.startsWith(socketPrefix);
}

/** What `fdPath` tells of a descriptor whose making was not seen. */
export function inferDescriptor(fdPath: string): Descriptor {
  const path = bounded(fdPath);
  if (path.startsWith(socketPrefix)) return socketDescriptor("unknown", unknownSocket, false, path);
  const kind = kindOf(path);
  const deleted = kind === "file" && path.endsWith(deletedSuffix);
  return { ...plainDescriptor(kind, named.has(kind) ? path : "", false, undefined, path), deleted };
}

/** Kinds that have a name of their own, and not just a number. */
const named: ReadonlySet<DescriptorKind> = new Set([
  "file",
  "directory",
  "device",
  "memfd",
  "host",
  "unknown",
]);

/** `known`, of which `fdPath` is told now; another descriptor where the two cannot be the same. */
export function reconcile(known: Descriptor, fdPath: string): Descriptor {
  if (!isSame(known, fdPath)) return inferDescriptor(fdPath);
  const path = bounded(fdPath);
  const name = known.name === "" && named.has(known.kind) ? path : known.name;
  return { ...known, name, fdPath: path, deleted: isDeleted(known, path) };
}

/** Of a name that ends as deleted files' do, that is no sign. */
function isDeleted({ kind, name }: Descriptor, fdPath: string): boolean {
  return kind !== "memfd" && fdPath.endsWith(deletedSuffix) && fdPath !== name;
}

/**
 * Whether `known` is what `fdPath` names. If not, the table missed something: a call that no point reports, such as
 * close_range(2) or memfd_create(2), a renamed file, a lost message.
 */
function isSame(known: Descriptor, fdPath: string): boolean {
  if (known.fdPath !== undefined) {
    const { fdPath: before } = known;
    return before === fdPath || before + deletedSuffix === fdPath || before === fdPath + deletedSuffix;
  }
  if (known.socket !== undefined) return fdPath.startsWith(socketPrefix);
  // A path can lead to anything by way of /proc/self/fd, to which /dev/stdin and its like are links.
  if (known.name.startsWith("/proc/") || known.name.startsWith("/dev/")) return true;
  const kind = kindOf(fdPath);
  return known.kind === "directory" || known.kind === "device" ? kind === "file" : known.kind === kind;
}

function kindOf(fdPath: string): DescriptorKind {
  return kinds.find(([prefix]) => fdPath.startsWith(prefix))?.[1] ?? "unknown";
}
