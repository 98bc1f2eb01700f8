import type { EventOf, EventType } from "@sentrytap/events";
import type { Descriptor, Process, Thread, TrackedEvent } from "@sentrytap/state";

/** A process with whatever `own` says, alone in the world. */
export function makeProcess(own: Partial<Process> = {}): Process {
  return {
    pid: 7,
    parentPid: undefined,
    parent: undefined,
    currentParent: own.parent,
    name: "cat",
    exe: "cat",
    exepath: "/usr/bin/cat",
    args: ["/etc/shadow"],
    env: ["HOME=/root", "PATH=/usr/bin"],
    exeFromMemfd: false,
    binary: undefined,
    cwd: "/root",
    root: "/",
    containerId: "0123456789abcdef",
    startTimeNs: 1_795_286_461_000_000_000n,
    pgid: 7,
    sid: 7,
    groupLeader: undefined,
    sessionLeader: undefined,
    threadCount: 1,
    hasMainThread: true,
    childCount: 0,
    terminal: false,
    isFirst: false,
    isExecSession: false,
    descriptor: () => undefined,
    descriptors: () => new Map(),
    ...own,
  };
}

/** A thread of root's in `process`. */
export function makeThread(process: Process = makeProcess(), own: Partial<Thread> = {}): Thread {
  const ids = { realUid: 0, effectiveUid: 0, savedUid: 0, realGid: 0, effectiveGid: 0, savedGid: 0 };
  const { pid, name, startTimeNs } = process;
  return {
    tid: pid,
    pid,
    name,
    process,
    credentials: ids,
    startTimeNs,
    descriptor: process.descriptor,
    ...own,
  };
}

export function makeDescriptor(own: Partial<Descriptor> = {}): Descriptor {
  const flags = { flags: 0, closeOnExec: false, deleted: false };
  return { kind: "file", name: "/etc/shadow", ...flags, socket: undefined, ...own };
}

/** What a test may say of an event beside its type and arguments. */
type Own = Partial<
  Pick<
    TrackedEvent,
    | "category"
    | "direction"
    | "timeNs"
    | "containerId"
    | "failed"
    | "errno"
    | "result"
    | "thread"
    | "fd"
    | "fdNumber"
    | "toctou"
  >
>;

/** An event of `type` that has just happened, with `args`, and whatever `own` says. */
export function makeEvent<Type extends EventType>(
  type: Type,
  args: EventOf<Type>["args"],
  own: Own = {},
): TrackedEvent {
  const event: Own = {
    direction: "exit",
    category: "file",
    timeNs: 1_795_286_461_313_392_178n,
    containerId: "0123456789abcdef",
    failed: false,
    errno: undefined,
    result: 0,
    thread: makeThread(),
    fd: undefined,
    fdNumber: undefined,
    toctou: undefined,
    ...own,
  };
  // What is left out nothing here reads. Most of what a message says has the name that it has in the arguments.
  const message: object = { ...args, fdPath: "", droppedCount: 0 };
  return { type, args, message, sandbox: { id: "box", arch: "x64" }, ...event } as unknown as TrackedEvent;
}

/** A successful open of `/etc/shadow`, for reading. */
export function makeOpen(own: Own = {}, flags = 0): TrackedEvent {
  const args = { fd: 3, dirfd: -100, name: "/etc/shadow", flags, mode: 0 };
  return makeEvent("openat", args, { result: 3, fd: makeDescriptor({ flags }), fdNumber: 3, ...own });
}
