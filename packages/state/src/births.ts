import { clonesFiles, type Event, type EventOf } from "@sentrytap/events";
import { cloneFs, cloneNewPid, cloneNewUser, cloneParent } from "./clone-flags.ts";
import { Image } from "./image.ts";
import { keepCredentials } from "./keep-credentials.ts";
import type { LiveProcess } from "./live-process.ts";
import type { LiveThread } from "./live-thread.ts";
import { resolvePath } from "./resolve-path.ts";
import { noSession, ownSession, sessionOfChild } from "./sessions.ts";
import { bounded, commOf, idOf, threadName } from "./text.ts";
import type { ThreadTable } from "./thread-table.ts";

// How threads and processes come into the table.

/** The message of a birth. */
type SentryClone = Extract<EventOf<"clone">["message"], { readonly messageName: "MESSAGE_SENTRY_CLONE" }>;

/** The id of a sandbox's first thread: its root pid namespace is new, and counts from 1. */
const firstTid = 1;

/** The first thread of a container. Where the session collects no ids, that of the first container has one all the same. */
export function startContainer(
  table: ThreadTable,
  event: EventOf<"container_start">,
): LiveThread | undefined {
  const { args, context } = event;
  const tid = event.tid ?? (table.isEmpty ? firstTid : undefined);
  table.started = undefined;
  if (tid === undefined) return undefined;
  const [exe, ...rest] = args.args;
  const cwd = bounded(event.cwd ?? (args.cwd || undefined));
  const name = event.processName ?? (exe === undefined ? undefined : threadName(exe));
  const pid = event.pid ?? tid;
  const process = table.addProcess({
    origin: "born",
    pid,
    parentPid: undefined,
    name: name && commOf(name),
    image: new Image({
      exe,
      exepath: exe?.includes("/") ? resolvePath(cwd, exe) : undefined,
      args: rest,
      env: args.env,
      exeFromMemfd: false,
    }),
    cwd,
    root: "/",
    containerId: idOf(args.id || event.containerId),
    startTimeNs: context?.threadGroupStartTimeNs || undefined,
    ...ownSession(pid),
    adopterPid: undefined,
    initPid: pid,
    terminal: args.terminal,
    isFirst: true,
    isExecSession: false,
  });
  table.noteContainer(process);
  const ids = keepCredentials(event.credentials, undefined);
  const startTimeNs = context?.threadStartTimeNs || undefined;
  table.started = table.addThread(process, tid, process.current.name, ids, startTimeNs);
  return table.started;
}

/** The thread that `creator` made, whatever call it did that with. */
export function createThread(
  table: ThreadTable,
  message: SentryClone,
  creator: LiveThread,
): LiveThread | undefined {
  const { createdThreadId: tid, flagsNumber: flags } = message;
  if (tid === 0 || tid === creator.tid) return creator;
  const pid = message.createdThreadGroupId || tid;
  const startTimeNs = message.createdThreadStartTimeNs || undefined;
  const process = pid === tid ? undefined : table.processForThread(pid);
  return table.addThread(
    process ?? childProcess(table, creator, pid, flags, startTimeNs),
    tid,
    creator.name,
    // In a user namespace of its own it has others.
    (flags & cloneNewUser) === 0 ? creator.credentials : undefined,
    startTimeNs,
    process === creator.process ? creator.descriptorsForThread(clonesFiles(flags)) : undefined,
  );
}

function childProcess(
  table: ThreadTable,
  creator: LiveThread,
  pid: number,
  flags: number,
  startTimeNs: bigint | undefined,
): LiveProcess {
  const { fields } = creator.process.current;
  const child = table.addProcess(
    {
      ...fields,
      ...sessionOfChild(creator.process, pid, flags),
      origin: "born",
      pid,
      parentPid: (flags & cloneParent) !== 0 ? fields.parentPid : fields.pid,
      name: creator.name,
      startTimeNs,
      adopterPid: undefined,
      initPid: (flags & cloneNewPid) === 0 ? fields.initPid : pid,
      isFirst: false,
      isExecSession: false,
    },
    creator.descriptorsForProcess(clonesFiles(flags)),
  );
  if ((flags & cloneFs) !== 0) child.shareDirectories(creator.process);
  return child;
}

/**
 * A thread whose birth was not seen, as all were before an attach and those of exec sessions: what is known of it is
 * what the context of its first event says.
 */
export function discoverThread(table: ThreadTable, event: Event, tid: number): LiveThread {
  const { context } = event;
  const pid = context?.threadGroupId || table.get(tid)?.process.pid || tid;
  const name = event.processName === undefined ? undefined : commOf(event.processName);
  const known = table.processForThread(pid);
  // A dump of procfs lists processes, and not their threads.
  const isExpected = known?.lostThreads === true || known?.current.fields.origin === "seeded";
  if (!isExpected) table.gaps.add({ kind: "thread_without_birth" });
  const process = known ?? discoverProcess(table, event, pid, pid === tid ? name : undefined);
  if (process.threads.size === 0) process.descriptors.expectMore();
  const ids = keepCredentials(event.credentials, undefined);
  return table.addThread(process, tid, name, ids, context?.threadStartTimeNs || undefined);
}

function discoverProcess(
  table: ThreadTable,
  event: Event,
  pid: number,
  name: string | undefined,
): LiveProcess {
  const { context } = event;
  const containerId = idOf(event.containerId);
  const isExecSession = beginsExecSession(table, event, pid);
  return table.addProcess({
    origin: "discovered",
    pid,
    parentPid: context?.parentThreadGroupId || undefined,
    name,
    image: new Image(),
    cwd: bounded(event.cwd),
    root: context?.isExecSession === true ? "/" : undefined,
    containerId,
    startTimeNs: context?.threadGroupStartTimeNs || undefined,
    ...(isExecSession === true ? ownSession(pid) : noSession),
    adopterPid: undefined,
    initPid: containerId === undefined ? undefined : table.initOf(containerId),
    terminal: undefined,
    isFirst: isFirst(context, pid),
    isExecSession,
  });
}

/** Whether a process of which nobody told has no parent in the sandbox. */
function isFirst(context: Event["context"], pid: number): boolean | undefined {
  if (context?.isExecSession === true || pid === 1) return true;
  return context?.parentThreadGroupId ? false : undefined;
}

/** Whether the process of `event`, of which nobody told, is of an exec session: of those nobody tells. */
function beginsExecSession(table: ThreadTable, { context, tid }: Event, pid: number): boolean | undefined {
  if (context?.isExecSession === true) return true;
  if (context === undefined || context.parentThreadGroupId !== 0) return false;
  // Another thread than the first shows that it has been there for a while.
  const isNew = tid === pid && context.threadGroupId === pid;
  return isNew && table.tellsAllBirths ? true : undefined;
}
