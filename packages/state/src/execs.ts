import type { Event, EventOf } from "@sentrytap/events";
import { pathBelieved } from "./caller-memory.ts";
import { idsAfterExec } from "./changed-ids.ts";
import { directoryOf } from "./directory-of.ts";
import { Image, type Program } from "./image.ts";
import type { LiveProcess } from "./live-process.ts";
import type { LiveThread } from "./live-thread.ts";
import { resolvePath } from "./resolve-path.ts";
import { bounded, cutsCharacter, threadName } from "./text.ts";
import type { Binary } from "./thread.ts";
import type { ThreadTable } from "./thread-table.ts";

// What an exec does to its process. The Sentry tells it between the call's enter and exit, with the file that was really
// loaded; a session may have either, or both. All three events have the thread's old name and, of a thread that is not
// the leader, its old id.

/** `thread` runs a new program, told by the Sentry. */
export function execTold(table: ThreadTable, event: EventOf<"sentry_exec">, thread: LiveThread): void {
  const { binaryPath, args, env, execfn, fromMemfd } = event.args;
  const [exe, ...rest] = args;
  load(table, event, thread, threadName(execfn ?? binaryPath), {
    exe,
    exepath: binaryPath || undefined,
    args: rest,
    env,
    exeFromMemfd: fromMemfd === true || binaryPath.startsWith("/memfd:"),
    binary: binaryOf(event),
  });
  thread.execTold = true;
  // Without the path as it was given, only the thread's next event has its name: links may have led to this file.
  thread.nameIsGuess = execfn === undefined;
}

/** The call returned without error: `thread` runs a new program, of which the Sentry may have told more. */
export function execReturned(
  table: ThreadTable,
  event: EventOf<"execve" | "execveat">,
  thread: LiveThread,
): void {
  const { message } = event;
  // Of a container's first program container_start tells.
  if (message.messageType !== 11) return;
  const dirfd = event.type === "execveat" ? message.fdNumber : undefined;
  const filename = bounded(pathBelieved(thread, event.type, dirfd, message.pathname));
  const exepath = execPath(thread, filename, dirfd, message.fdPath);
  // The thread is named after the path as it was given, not after the file that this came to.
  const path = filename === "" ? (exepath ?? "") : filename;
  const name = threadName(path);
  if (event.processName !== undefined && cutsCharacter(path)) {
    table.gaps.add({ kind: "unreadable_name", path });
  }
  thread.nameIsGuess = false;
  if (thread.execTold) {
    rename(thread, name);
  } else {
    const { args } = event;
    load(table, event, thread, name, {
      exe: args.exe,
      exepath,
      args: args.args,
      env: args.env.length > 0 ? args.env : undefined,
      exeFromMemfd: exepath?.startsWith("/memfd:") ?? false,
    });
  }
}

/** The thread whose exec makes it the leader goes on under the leader's id, which is free now. */
export function becomeLeader(table: ThreadTable, thread: LiveThread): void {
  const { process, tid, name, credentials, startTimeNs } = thread;
  process.newLeader = undefined;
  process.formerTid = tid;
  table.addThread(process, process.pid, name, credentials, startTimeNs).goOnAs(thread);
  if (table.get(tid) === thread) table.remove(tid);
}

/** `thread` runs a new program, of which nothing is told. */
export function execUnseen(table: ThreadTable, event: Event, thread: LiveThread): void {
  load(table, event, thread, undefined, undefined);
  thread.nameIsGuess = true;
}

/**
 * The program that an exec loaded has begun: all threads of `process` but its leader are dead, whether that was told or not
 * (gVisor's kernel/task_exec.go waits for it).
 */
export function beginProgram(table: ThreadTable, process: LiveProcess): void {
  process.isExecing = false;
  if (process.newLeader !== undefined) becomeLeader(table, process.newLeader);
  for (const tid of process.threads) if (tid !== process.pid) table.remove(tid);
}

/** What the Sentry tells of the program's file, where it tells anything. A digest is of 64 characters at most. */
function binaryOf({ args }: EventOf<"sentry_exec">): Binary | undefined {
  const { binary: file, sha256, sha1 } = args;
  if (file === undefined && sha256 === undefined && sha1 === undefined) return undefined;
  return { file, sha256: sha256?.slice(0, 64), sha1: sha1?.slice(0, 40) };
}

function load(
  table: ThreadTable,
  event: Event,
  thread: LiveThread,
  name: string | undefined,
  program: Program | undefined,
): void {
  const { process } = thread;
  process.change({ image: new Image(program), name });
  // The others are killed. Their last events are yet to come: of calls that this interrupts, and of their ends.
  if (!process.isExecing) {
    for (const other of process.threads) if (other !== thread.tid) table.get(other)?.release();
  }
  process.isExecing = true;
  // Sharing ends with an exec: what closes here must not close for others.
  thread.claimDescriptors();
  process.descriptors.closeOnExec();
  if (!thread.isLeader) process.newLeader = thread;
  if (event.credentials === undefined) thread.credentials &&= idsAfterExec(thread.credentials);
  rename(thread, name);
}

function rename(thread: LiveThread, name: string | undefined): void {
  thread.process.change({ name });
  thread.change(name, thread.credentials);
}

/** The program's file as the caller of execve or execveat named it. */
function execPath(
  thread: LiveThread,
  filename: string,
  dirfd: number | undefined,
  dirfdPath: string,
): string | undefined {
  const directory = directoryOf(thread, dirfd, dirfdPath);
  if (filename === "") return directory;
  const link = /^\/(?:proc\/self|dev)\/fd\/([0-9]{1,9})$/.exec(filename);
  const linked = link === null ? undefined : thread.descriptors.get(Number(link[1]));
  return linked === undefined ? resolvePath(directory, filename) : (linked.fdPath ?? linked.name);
}
