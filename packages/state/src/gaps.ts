import { type Event, type GapArgs, syscallName } from "@sentrytap/events";
import type { LiveThread } from "./live-thread.ts";
import { bounded } from "./text.ts";
import type { TrackStats } from "./thread-table.ts";

/** A call, as enters and exits are paired by: the event's type, or the number of a raw one. */
export type Call = string | number;

/** No system call has a larger number: gVisor's points go up to this one (MaxSyscallNum in pkg/abi/sentry/syscall.go). */
const maxSysno = 2000;

/** The time of the last call of a thread that has made none. */
const never = -1;

/** What makes room by forgetting. */
interface BoundedTable {
  /** How often it did. */
  readonly evictions: number;
  stats(): TrackStats;
}

/** Notices what the stream of one sandbox should have told and did not. */
export class Gaps {
  #found: GapArgs[] = [];
  #dropped = 0;
  /** Calls of which an enter has been seen, and of which an exit: the session asks for these. */
  readonly #entering = new Set<Call>();
  readonly #exiting = new Set<Call>();
  /** Whether the Sentry has told of an exec by itself. */
  #execsAreTold = false;
  /** The last call that both were seen of: most often also the next. */
  #lastPair: Call | undefined;
  #nextEvictions = 1;

  /** Whether anything shows that messages are missing which the session asks for. */
  hasLoss = false;

  add(gap: GapArgs): void {
    this.#found.push(gap);
    this.noteLoss(gap);
  }

  /** Remembers a gap that may be one of messages. Of exec sessions the Sentries tell no birth. */
  noteLoss({ kind }: GapArgs): void {
    if (kind !== "thread_without_birth" && kind !== "time_reversal" && kind !== "unknown_message") {
      this.hasLoss = true;
    }
  }

  get isEmpty(): boolean {
    return this.#found.length === 0;
  }

  /** What was found since it was last taken, in order. */
  take(): readonly GapArgs[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /**
   * What the Sentry has dropped since the message before this one. The count wraps at 2^32; it is smaller than before in
   * a message that another thread has overtaken.
   */
  noteDrops({ droppedCount }: Event["message"]): void {
    if (droppedCount === this.#dropped || droppedCount === undefined) return;
    const count = (droppedCount - this.#dropped) | 0;
    if (count <= 0) return;
    this.#dropped = droppedCount;
    this.add({ kind: "drop", count });
  }

  /** Whether enter and exit come in pairs: no call of a thread begins before the last one has returned. */
  noteCall(event: Event, thread: LiveThread): void {
    switch (event.type) {
      case "procexit":
        this.#noteUnreturned(event, thread, "began");
        this.#noteUnreturned(event, thread, "beganRaw");
        return;
      case "sentry_exec":
        this.#execsAreTold = true;
        return;
      case "container_start":
      case "sentry_mmap":
      case "exit_notify_parent":
      case "gap":
      case "sandbox_end":
        return;
      case "clone":
        if (event.message.messageName === "MESSAGE_SYSCALL_CLONE")
          this.#noteStep(event, thread, "began", "clone");
        return;
      case "execve":
      case "execveat":
        if (event.message.messageType !== 11) return; // a container's first program, which nobody called execve for
        if (event.direction === "enter") thread.execPath = bounded(event.message.pathname);
        this.#noteStep(event, thread, "began", event.type);
        return;
      case "syscall": {
        // A session may ask for a call twice, raw and decoded.
        const { sysnoNumber } = event.message;
        if (sysnoNumber <= maxSysno) this.#noteStep(event, thread, "beganRaw", sysnoNumber);
        return;
      }
      default:
        this.#noteStep(event, thread, "began", event.type);
    }
  }

  #noteStep(event: Event, thread: LiveThread, slot: "began" | "beganRaw", call: Call): void {
    if (event.direction === "enter") {
      if (thread[slot] !== undefined) this.#noteUnreturned(event, thread, slot);
      thread[slot] = call;
      this.#noteTime(event, thread);
      return;
    }
    if (thread[slot] === call) {
      thread[slot] = undefined;
      if (call === this.#lastPair) return;
      this.#lastPair = call;
      this.#entering.add(call);
    } else {
      this.#noteUnreturned(event, thread, slot);
      // The first that is heard of a thread may be the return of a call from before the session.
      if (thread.lastTimeNs !== never && this.#entering.has(call)) {
        this.add({ kind: "exit_without_enter", call: nameOf(call, event) });
      }
      this.#noteTime(event, thread);
    }
    this.#exiting.add(call);
  }

  /** What the tables had to forget: told once, and again when it is twice as much. */
  noteEvictions(table: BoundedTable): void {
    const { evictions } = table;
    if (evictions < this.#nextEvictions) return;
    this.#nextEvictions = 2 * evictions;
    const { evictedThreads, evictedDescriptors, forgotten } = table.stats();
    this.add({ kind: "eviction", evictedThreads, evictedDescriptors, forgotten });
  }

  #noteUnreturned(event: Event, thread: LiveThread, slot: "began" | "beganRaw"): void {
    const call = thread[slot];
    if (call === undefined) return;
    thread[slot] = undefined;
    this.#entering.add(call);
    const isExec = call === "execve" || call === "execveat";
    if (!this.#exiting.has(call) && !(isExec && this.#asksForExecs)) return;
    const path = isExec ? thread.execPath : undefined;
    this.add({ kind: "enter_without_exit", call: nameOf(call, event), path });
  }

  /**
   * Whether the session asks for what execs come to, though it was not seen yet: one that asks it of other calls does, unless it
   * has the Sentry's own word. So the first exec, too, is missed.
   */
  get #asksForExecs(): boolean {
    return this.#exiting.size > 0 && !this.#execsAreTold;
  }

  /** Once for each call: reading a time costs as much as all the rest. */
  #noteTime({ context }: Event, thread: LiveThread): void {
    const timeNs = context?.timeNsNumber ?? 0;
    const byNs = thread.lastTimeNs - timeNs;
    if (byNs > 0 && timeNs !== 0) this.add({ kind: "time_reversal", byNs });
    thread.lastTimeNs = timeNs;
  }
}

function nameOf(call: Call, { sandbox }: Event): string {
  return typeof call === "string" ? call : (syscallName(sandbox.arch, call) ?? `syscall.${call}`);
}
