import type { TrackedEvent } from "@sentrytap/state";

/** What an event of a scene may say of itself. */
interface SceneEvent {
  readonly type: string;
  readonly category?: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly result?: number;
  readonly errno?: number;
  readonly thread?: boolean;
}

/** When all of it happens. */
export const sceneTime = 1_700_000_000_000_000_042n;

/** A process of the sandbox, and its parent, which is the first. */
function makeProcess(pid: number, name: string, parent: object | undefined): Record<string, unknown> {
  return {
    pid,
    parentPid: parent === undefined ? undefined : 1,
    parent,
    currentParent: parent,
    name,
    exe: name,
    exepath: `/opt/${name}`,
    args: ["-v", "Two Words"],
    env: ["MODE=fast"],
    exeFromMemfd: false,
    binary: undefined,
    cwd: "/srv",
    root: "/",
    containerId: "aabbccddeeff0011",
    startTimeNs: sceneTime,
    pgid: pid,
    sid: pid,
    threadCount: 1,
    hasMainThread: true,
    childCount: 0,
    terminal: false,
    isFirst: parent === undefined,
    isExecSession: false,
    descriptor: () => undefined,
    descriptors: () => new Map(),
  };
}

/** An event as `track()` would give it, of the process `Worker`, whose parent is `launcher`. */
export function makeEvent(own: SceneEvent): TrackedEvent {
  const { type, category = "file", args, errno, thread = true } = own;
  const process = makeProcess(12, "Worker", makeProcess(1, "launcher", undefined));
  const ids = { realUid: 0, effectiveUid: 0, savedUid: 0, realGid: 0, effectiveGid: 0, savedGid: 0 };
  const event = {
    type,
    category,
    args,
    // What it says of an open has the names of the arguments.
    message: args,
    sandbox: { id: "scene", arch: "x64" },
    direction: "exit",
    timeNs: sceneTime,
    containerId: "aabbccddeeff0011",
    failed: errno !== undefined,
    errno,
    result: own.result ?? (errno === undefined ? 0 : -errno),
    thread: thread
      ? {
          tid: 12,
          pid: 12,
          name: "Worker",
          process,
          credentials: ids,
          startTimeNs: sceneTime,
          descriptor: () => undefined,
        }
      : undefined,
  };
  // No rule reads the message that it came from.
  return event as unknown as TrackedEvent;
}

/** The event that outputs are asked of, unless a case says otherwise: its second argument is a path. */
export function makeChdir(): TrackedEvent {
  return makeEvent({ type: "chdir", args: { path: "/Srv/Data" } });
}
