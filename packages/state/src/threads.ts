import { clonesFiles, type Event, type EventOf, type ExecveArgs } from "@sentrytap/events";
import type { Image, LiveProcess, ProcessFields, ThreadState } from "./process-state.ts";
import { unknownImage } from "./process-state.ts";
import { resolvePath, threadName } from "./resolve-path.ts";
import type { Credentials } from "./thread.ts";
import type { ThreadTable } from "./thread-table.ts";

const cloneParent = 0x8000;

/** What events say of threads and processes, brought into the table of their sandbox. */
export class Threads {
  readonly #table: ThreadTable;
  /** Threads whose exec has been told by the Sentry, so that the exit of the call has nothing to add. */
  readonly #execTold = new Set<number>();

  constructor(table: ThreadTable) {
    this.#table = table;
  }

  /** Brings in what `event` changes; the thread it happened in, or `undefined` where it names none. */
  apply(event: Event): ThreadState | undefined {
    switch (event.type) {
      case "container_start":
        return this.#containerStart(event);
      case "clone":
        return event.message.messageType === 2 ? this.#created(event, event.message) : this.#seen(event);
      case "sentry_exec":
        return this.#sentryExec(event);
      case "execve":
      case "execveat":
        return this.#execve(event);
      case "chdir":
      case "fchdir":
        return this.#chdir(event);
      case "procexit": {
        const thread = this.#seen(event);
        if (event.tid !== undefined) {
          this.#execTold.delete(event.tid);
          this.#table.remove(event.tid);
        }
        return thread;
      }
      case "exit_notify_parent":
        // Can come after the end of the thread, which it must not bring back.
        return event.tid === undefined ? undefined : this.#table.get(event.tid);
      default:
        return this.#seen(event);
    }
  }

  /** The thread of `event`, made if new, with what the context says of it. */
  #seen(event: Event): ThreadState | undefined {
    return this.#context(event, event.processName);
  }

  /** As {@link #seen}, with the thread's name given: around an exec the context still has the old one. */
  #context(event: Event, name: string | undefined): ThreadState | undefined {
    const tid = event.context?.threadId;
    if (!tid) return undefined;
    const thread = this.#table.get(tid) ?? this.#firstSeen(event, tid);
    const { cwd, credentials } = event;
    const process = thread.live.current;
    const named = name !== undefined && name !== thread.name;
    if ((named && tid === process.pid) || (cwd !== undefined && cwd !== process.cwd)) {
      thread.live.change({
        cwd: cwd ?? process.cwd,
        name: tid === process.pid ? (name ?? process.name) : process.name,
      });
    }
    const changed = credentials !== undefined && !sameIds(credentials, thread.credentials);
    if (!named && !changed) return this.#table.get(tid);
    return this.#table.put(
      thread.live,
      tid,
      name ?? thread.name,
      changed ? copyIds(credentials) : thread.credentials,
      thread.startTimeNs,
    );
  }

  /** A thread whose birth was not seen: all that is known of it is what its event says. */
  #firstSeen(event: Event, tid: number): ThreadState {
    const { context } = event;
    const pid = context?.threadGroupId || tid;
    const live =
      this.#table.process(pid) ??
      this.#table.addProcess({
        pid,
        parentPid: context?.parentThreadGroupId || undefined,
        name: pid === tid ? event.processName : undefined,
        image: unknownImage,
        cwd: event.cwd,
        containerId: event.containerId,
        startTimeNs: context?.threadGroupStartTimeNs || undefined,
        terminal: undefined,
        isFirst: false,
      });
    return this.#table.put(live, tid, event.processName, undefined, context?.threadStartTimeNs || undefined);
  }

  #containerStart(event: EventOf<"container_start">): ThreadState | undefined {
    const { tid, args } = event;
    if (tid === undefined) return undefined;
    const [exe, ...rest] = args.args;
    const cwd = event.cwd ?? (args.cwd || undefined);
    const live = this.#table.addProcess({
      pid: event.pid ?? tid,
      parentPid: undefined,
      name: event.processName ?? (exe === undefined ? undefined : threadName(exe)),
      image: {
        exe,
        exepath: exe?.includes("/") ? resolvePath(cwd, exe) : undefined,
        args: rest,
        env: args.env,
        exeFromMemfd: false,
      },
      cwd,
      containerId: args.id || event.containerId,
      startTimeNs: event.context?.threadGroupStartTimeNs || undefined,
      terminal: args.terminal,
      isFirst: true,
    });
    const ids = event.credentials === undefined ? undefined : copyIds(event.credentials);
    return this.#table.put(live, tid, live.current.name, ids, event.context?.threadStartTimeNs || undefined);
  }

  #created(event: EventOf<"clone">, message: { createdThreadStartTimeNs?: bigint }): ThreadState | undefined {
    const creator = this.#seen(event);
    const { tid } = event;
    if (tid === undefined) return undefined;
    const pid = event.pid ?? tid;
    const startTimeNs = message.createdThreadStartTimeNs || undefined;
    const live =
      creator !== undefined && creator.pid === pid
        ? creator.live
        : this.#childProcess(creator, pid, event.args.flags, startTimeNs, event.containerId);
    return this.#table.put(live, tid, creator?.name, creator?.credentials, startTimeNs);
  }

  #childProcess(
    creator: ThreadState | undefined,
    pid: number,
    flags: number,
    startTimeNs: bigint | undefined,
    containerId: string | undefined,
  ): LiveProcess {
    const parent = creator?.live.current.fields;
    const fields: ProcessFields = {
      pid,
      parentPid: (flags & cloneParent) !== 0 ? parent?.parentPid : parent?.pid,
      name: creator?.name,
      image: parent?.image ?? unknownImage,
      cwd: parent?.cwd,
      containerId: parent?.containerId ?? containerId,
      startTimeNs,
      terminal: parent?.terminal,
      isFirst: false,
    };
    const descriptors = creator?.live.descriptors;
    return this.#table.addProcess(fields, clonesFiles(flags) ? descriptors : descriptors?.fork());
  }

  #sentryExec(event: EventOf<"sentry_exec">): ThreadState | undefined {
    const thread = this.#context(event, undefined);
    if (thread === undefined) return undefined;
    const { args } = event;
    const [exe, ...rest] = args.args;
    this.#execTold.add(thread.tid);
    return this.#newImage(thread, threadName(args.binaryPath), {
      exe,
      exepath: args.binaryPath || undefined,
      args: rest,
      env: args.env,
      exeFromMemfd: args.fromMemfd || args.binaryPath.startsWith("/memfd:"),
    });
  }

  #execve(event: EventOf<"execve" | "execveat">): ThreadState | undefined {
    // The execve of a container's start was told by container_start.
    if (event.message.messageType === 1)
      return event.tid === undefined ? undefined : this.#table.get(event.tid);
    const thread = this.#context(
      event,
      event.direction === "enter" || event.failed ? event.processName : undefined,
    );
    if (thread === undefined || event.direction === "enter" || event.failed) return thread;
    const { args } = event;
    const exepath = execPath(thread, args);
    // The thread is named after the path as it was given, not after the file that this came to.
    const name = threadName(args.filename === "" ? (exepath ?? "") : args.filename);
    if (this.#execTold.delete(thread.tid)) return this.#rename(thread, name);
    return this.#newImage(thread, name, {
      exe: args.exe,
      exepath,
      args: args.args,
      env: args.env.length > 0 ? args.env : undefined,
      exeFromMemfd: exepath?.startsWith("/memfd:") ?? false,
    });
  }

  #newImage(thread: ThreadState, name: string, image: Image): ThreadState {
    const { live } = thread;
    live.change({ image, name });
    // Sharing ends with an exec: what closes here must not close for others.
    live.descriptors = live.descriptors.fork();
    live.descriptors.closeOnExec();
    const { pid } = live.current;
    for (const other of live.threads) {
      if (other !== thread.tid && other !== pid) this.#table.remove(other);
    }
    if (thread.tid !== pid) {
      live.newLeader = thread.tid;
      this.#table.put(live, pid, name, thread.credentials, thread.startTimeNs);
    }
    return this.#table.put(live, thread.tid, name, thread.credentials, thread.startTimeNs);
  }

  #rename(thread: ThreadState, name: string): ThreadState {
    thread.live.change({ name });
    return this.#table.put(thread.live, thread.tid, name, thread.credentials, thread.startTimeNs);
  }

  #chdir(event: EventOf<"chdir" | "fchdir">): ThreadState | undefined {
    const thread = this.#seen(event);
    // Where the session collects the working directory, the exit's context has the new one already.
    if (thread === undefined || event.direction === "enter" || event.failed || event.cwd !== undefined) {
      return thread;
    }
    const { path, fd } = event.args;
    const to = path === undefined ? thread.process.descriptor(fd ?? -1)?.name : path;
    const cwd = to === undefined ? undefined : resolvePath(thread.process.cwd, to);
    thread.live.change({ cwd });
    return this.#table.get(thread.tid);
  }
}

/** The program's file as the caller of execve or execveat named it. */
function execPath(thread: ThreadState, { filename, dirfd, dirfdPath }: ExecveArgs): string | undefined {
  const directory = dirfdPath ?? (dirfd === undefined ? undefined : thread.process.descriptor(dirfd)?.name);
  if (filename === "") return directory;
  return resolvePath(directory ?? thread.process.cwd, filename);
}

function sameIds(a: Credentials, b: Credentials | undefined): boolean {
  return (
    b !== undefined &&
    a.realUid === b.realUid &&
    a.effectiveUid === b.effectiveUid &&
    a.savedUid === b.savedUid &&
    a.realGid === b.realGid &&
    a.effectiveGid === b.effectiveGid &&
    a.savedGid === b.savedGid
  );
}

/** Out of the message's bytes, which are not to be kept alive. */
function copyIds({
  realUid,
  effectiveUid,
  savedUid,
  realGid,
  effectiveGid,
  savedGid,
}: Credentials): Credentials {
  return { realUid, effectiveUid, savedUid, realGid, effectiveGid, savedGid };
}
