import { type Event, type GapArgs, syscallName } from "@sentrytap/events";
import type { LiveThread } from "./live-thread.ts";
import { bounded } from "./text.ts";
import type { TrackStats } from "./thread-table.ts";

/** A call, as enters and exits are paired by: the event's type, or the number of a raw one. */
export type Call = string | number;

/** The count of drops wraps at 2^32. One that seems to grow by more than half of that has gone back: no Sentry's does. */
const maxDrops = 2 ** 31;

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
  #nextEvictions = 1;

  add(gap: GapArgs): void {
    this.#found.push(gap);
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

  /** What the Sentry has dropped since the message before this one. */
  noteDrops({ droppedCount }: Event["message"]): void {
    if (droppedCount === this.#dropped || droppedCount === undefined) return;
    const count = (droppedCount - this.#dropped) >>> 0;
    this.#dropped = droppedCount;
    if (count < maxDrops) this.add({ kind: "drop", count });
  }

  /** Whether enter and exit come in pairs: no call of a thread begins before the last one has returned. */
  noteCall(event: Event, thread: LiveThread): void {
    const { message } = event;
    if (event.type === "procexit") {
      this.#noteUnreturned(event, thread, "began");
      this.#noteUnreturned(event, thread, "beganRaw");
    }
    if (!("exit" in message)) return;
    const isRaw = message.messageName === "MESSAGE_SYSCALL_RAW";
    const call = isRaw ? message.sysnoNumber : event.type;
    // A session may ask for a call twice, raw and decoded.
    const slot = isRaw ? "beganRaw" : "began";
    const isFirst = thread.lastTimeNs === undefined;
    this.#noteTime(event, thread);
    if (event.direction === "enter") {
      this.#noteUnreturned(event, thread, slot);
      thread[slot] = call;
      if (event.type === "execve" || event.type === "execveat")
        thread.execPath = bounded(event.args.filename);
      this.#entering.add(call);
      return;
    }
    if (thread[slot] === call) {
      thread[slot] = undefined;
    } else {
      this.#noteUnreturned(event, thread, slot);
      // The first that is heard of a thread may be the return of a call from before the session.
      if (!isFirst && this.#entering.has(call)) {
        this.add({ kind: "exit_without_enter", call: nameOf(call, event) });
      }
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
    if (!this.#exiting.has(call)) return;
    const path = call === "execve" || call === "execveat" ? thread.execPath : undefined;
    this.add({ kind: "enter_without_exit", call: nameOf(call, event), path });
  }

  #noteTime({ context }: Event, thread: LiveThread): void {
    const timeNs = context?.timeNsNumber ?? 0;
    const before = thread.lastTimeNs ?? 0;
    if (timeNs !== 0 && timeNs < before) this.add({ kind: "time_reversal", byNs: before - timeNs });
    thread.lastTimeNs = timeNs;
  }
}

function nameOf(call: Call, { sandbox }: Event): string {
  return typeof call === "string" ? call : (syscallName(sandbox.arch, call) ?? `syscall.${call}`);
}
