import type { Event, GapArgs } from "@sentrytap/events";
import type { TrackStats } from "./thread-table.ts";

/** What makes room by forgetting. */
interface BoundedTable {
  /** How often it did. */
  readonly evictions: number;
  stats(): TrackStats;
}

/** What the stream of one sandbox should have told and did not, until it is taken to be told. */
export class Gaps {
  #found: GapArgs[] | undefined = undefined;
  #dropped = 0;
  #nextEvictions = 1;

  /** Whether anything shows that messages are missing which the session asks for. */
  hasLoss = false;

  add(gap: GapArgs): void {
    this.#found ??= [];
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
    return this.#found === undefined;
  }

  /** What was found since it was last taken, in order. */
  take(): readonly GapArgs[] {
    const found = this.#found ?? [];
    this.#found = undefined;
    return found;
  }

  /**
   * What the Sentry has dropped since the message before this one. The count wraps at 2^32; it is smaller than before in
   * a message that another thread has overtaken.
   */
  noteDrops({ droppedCount }: Event): void {
    if (droppedCount === this.#dropped || droppedCount === undefined) return;
    const count = (droppedCount - this.#dropped) | 0;
    if (count <= 0) return;
    this.#dropped = droppedCount;
    this.add({ kind: "drop", count });
  }

  /** What the tables had to forget: told once, and again when it is twice as much. */
  noteEvictions(table: BoundedTable): void {
    const { evictions } = table;
    if (evictions < this.#nextEvictions) return;
    this.#nextEvictions = 2 * evictions;
    const { evictedThreads, evictedDescriptors, forgotten } = table.stats();
    this.add({ kind: "eviction", evictedThreads, evictedDescriptors, forgotten });
  }
}
