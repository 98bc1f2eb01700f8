import { type Event, type EventOf, rawSyscallName } from "@sentrytap/events";
import { createThread, discoverThread, startContainer } from "./births.ts";
import { idsChanged } from "./changed-ids.ts";
import { type Directories, directoryChanged, rootChanged } from "./directories.ts";
import { becomeLeader, beginProgram, execReturned, execTold } from "./execs.ts";
import { keepCredentials } from "./keep-credentials.ts";
import type { LiveThread } from "./live-thread.ts";
import { rawReturned } from "./raw-threads.ts";
import { sessionBegun } from "./sessions.ts";
import { bounded, commOf, idOf } from "./text.ts";
import type { ThreadTable } from "./thread-table.ts";

/** Brings what `event` tells of threads and processes into `table`; the thread it happened in, where it names one. */
export function applyToThreads(table: ThreadTable, event: Event): LiveThread | undefined {
  switch (event.type) {
    // The most frequent first: the engine compares one after the other.
    case "read":
    case "close":
    case "write":
    case "openat":
    case "fcntl":
    case "pread":
    case "open":
    case "connect":
    case "socket":
    case "readv":
    case "writev":
    case "pwrite":
    case "preadv":
    case "preadv2":
    case "pwritev":
    case "pwritev2":
    case "creat":
      return threadOf(table, event, false);
    case "container_start":
      return startContainer(table, event);
    case "clone":
      return cloned(table, event);
    case "sentry_exec": {
      table.coverage.decodedCalls.add("execve");
      table.coverage.execs = true;
      const thread = threadOf(table, event, true, false);
      if (thread !== undefined) execTold(table, event, thread);
      return thread;
    }
    case "execve":
    case "execveat":
      return executed(table, event);
    case "chdir":
    case "fchdir":
      return called(table, event, directoryChanged);
    case "chroot":
      return called(table, event, rootChanged);
    case "procexit":
      return ended(table, event);
    case "exit_notify_parent":
      return buried(table, event);
    case "setuid":
    case "setgid":
    case "setresuid":
    case "setresgid":
      return called(table, event, idsChanged);
    case "setsid":
      return called(table, event, (_, thread) => sessionBegun(thread));
    default: {
      const thread = threadOf(table, event, true);
      if (thread !== undefined) rawReturned(table, event, thread);
      return thread;
    }
  }
}

/**
 * The thread of `event`, made if new, with what the context says of it. Only calls that change the context
 * (`changes`) tell more on their exit than they did on their enter. The name is left as it is where `named` is false.
 */
function threadOf(
  table: ThreadTable,
  event: Event,
  changes: boolean,
  named: boolean = true,
): LiveThread | undefined {
  const { context } = event;
  const tid = context?.threadId;
  if (!tid) return undefined;
  const enters = event.direction === "enter";
  let thread = table.get(tid) ?? movedThread(table, tid, context.threadGroupId);
  if (thread !== undefined) {
    if (!enters && !changes && thread.contextIsFresh) {
      thread.contextIsFresh = false;
      return thread;
    }
    if (named && !thread.execTold && !thread.process.isExecing && thread.isTold(context)) {
      thread.contextIsFresh = enters && thread.toldAll;
      if (enters) thread.entered = undefined;
      return thread;
    }
  }
  const pid = context.threadGroupId;
  if (thread === undefined || (pid !== 0 && pid !== thread.process.pid && tid !== thread.process.formerTid)) {
    thread = discoverThread(table, event, tid);
  } else if (enters && thread.process.isExecing && thread.isLeader) {
    beginProgram(table, thread.process);
    thread = table.get(tid) ?? thread; // the old leader is dead where another thread called exec
  }
  const renamed = named && (enters || !thread.execTold);
  refresh(table, thread, event, renamed);
  const all = tellsAll(event);
  if (renamed) thread.noteTold(context, all);
  thread.contextIsFresh = enters && all;
  if (enters) thread.entered = undefined;
  if (thread.execTold && !returnsFromExec(event)) thread.execTold = false;
  return thread;
}

/** Whether its exit cannot tell more than `event`: a session may ask less of an enter. */
function tellsAll({ cwd, processName, credentials }: Event): boolean {
  return cwd !== undefined && processName !== undefined && credentials !== undefined;
}

/** Whether `event` is the return of the call that ran a new program; a session may have it decoded, raw, or both. */
function returnsFromExec(event: Event): boolean {
  if (event.direction === "enter") return false;
  const name = event.type === "syscall" ? rawSyscallName(event.message) : event.type;
  return name === "execve" || name === "execveat";
}

/** An unknown `tid` that belongs to a thread whose exec has made it the leader, `pid`: as its new id, or its old one. */
function movedThread(table: ThreadTable, tid: number, pid: number): LiveThread | undefined {
  const waiting = table.process(tid)?.newLeader;
  if (waiting !== undefined) {
    beginProgram(table, waiting.process);
    return table.get(tid);
  }
  return table.process(pid)?.formerTid === tid ? table.get(pid) : undefined;
}

function refresh(table: ThreadTable, thread: LiveThread, event: Event, named: boolean): void {
  const { process } = thread;
  process.moveAlong();
  const { fields } = process.current;
  const cwd = bounded(event.cwd) ?? fields.cwd;
  const told = named ? event.processName : undefined;
  const name = told === undefined ? thread.name : commOf(told);
  const processName = thread.namesProcess ? name : fields.name;
  if (told !== undefined) noteName(table, thread, told);
  if (cwd !== fields.cwd || processName !== fields.name) process.change({ cwd, name: processName });
  if (fields.containerId === undefined) {
    const containerId = idOf(event.containerId);
    if (containerId !== undefined) process.joinContainer(containerId);
  }
  const parentPid = event.context?.parentThreadGroupId ?? 0;
  if (parentPid !== 0 && parentPid !== fields.parentPid) process.adopt(parentPid);
  const ids = keepCredentials(event.credentials, thread.credentials);
  if (name !== thread.name || ids !== thread.credentials) thread.change(name, ids);
}

/** Threads are renamed by their program all the time, processes seldom: that may be an exec whose messages were lost. */
function noteName(table: ThreadTable, thread: LiveThread, told: string): void {
  const { name: before, namesProcess, nameIsGuess } = thread;
  thread.nameIsGuess = false;
  const after = commOf(told);
  if (namesProcess && !nameIsGuess && before !== undefined && after !== before) {
    table.gaps.add({ kind: "name_change", before, after });
  }
}

function cloned(table: ThreadTable, event: EventOf<"clone">): LiveThread | undefined {
  if (event.message.messageName === "MESSAGE_CONTAINER_START") return table.started;
  const thread = threadOf(table, event, true);
  // Without the one who made it, a thread has nothing to be told by: the session collects no ids, not even at its end.
  if (thread === undefined || event.message.messageName !== "MESSAGE_SENTRY_CLONE") return thread;
  table.coverage.births = true;
  return createThread(table, event.message, thread);
}

function executed(table: ThreadTable, event: EventOf<"execve" | "execveat">): LiveThread | undefined {
  // The execve of a container's start was told by container_start.
  if (event.message.messageName === "MESSAGE_CONTAINER_START") return table.started;
  table.coverage.decodedCalls.add("execve");
  if (event.direction === "enter") table.coverage.execEnters = true;
  const succeeded = event.direction === "exit" && !event.failed;
  const thread = threadOf(table, event, true, !succeeded);
  if (thread !== undefined && succeeded) {
    execReturned(table, event, thread);
    thread.execTold = false;
  }
  return thread;
}

/** The thread of a call that `happened` tells of once it has succeeded; raw messages then need not. */
function called<Call extends Event>(
  table: ThreadTable,
  event: Call,
  happened: (event: Call, thread: LiveThread, before: Directories) => void,
): LiveThread | undefined {
  table.coverage.decodedCalls.add(event.type);
  const before = table.get(event.tid ?? 0)?.process.current.fields;
  const thread = threadOf(table, event, true);
  if (thread !== undefined && event.direction === "exit" && !event.failed) {
    happened(event, thread, before ?? thread.process.current.fields);
  }
  return thread;
}

/** Comes after the end of the thread, which it must not bring back, and can repeat. */
function buried(table: ThreadTable, event: EventOf<"exit_notify_parent">): LiveThread | undefined {
  const { tid } = event;
  if (tid === undefined) return undefined;
  const known = table.get(tid) ?? table.ended(tid)?.endedLeader;
  // Where the session tells of the ends of threads, one that lives still is traced (ptrace(2)).
  if (known?.process.isAlive && !table.coverage.ends) {
    for (const other of known.process.threads) table.remove(other);
  }
  if (known !== undefined || table.hasForgotten(tid)) return known;
  // All that it ever did was lost, or was before the session.
  const thread = discoverThread(table, event, tid);
  table.remove(tid);
  return thread;
}

function ended(table: ThreadTable, event: EventOf<"procexit">): LiveThread | undefined {
  table.coverage.ends = true;
  const { tid } = event;
  const known = tid === undefined ? undefined : table.get(tid);
  const thread = threadOf(table, event, true);
  if (thread === undefined) {
    table.coverage.namelessEnds = true;
    return undefined;
  }
  const { process } = thread;
  if (thread === known && thread.isLeader && process.newLeader !== undefined) {
    // The old leader made way for the thread that called exec.
    becomeLeader(table, process.newLeader);
    return thread;
  }
  if (process.newLeader === thread) process.newLeader = undefined;
  else if (thread.isLeader && process.isExecing) beginProgram(table, process);
  table.remove(thread.tid);
  return thread;
}
