import type { EventTypes } from "./event-types.ts";
import type { Priority } from "./priority.ts";

/** A loaded rule, as its files define it after all changes. */
export interface Rule {
  readonly name: string;
  readonly description: string;
  readonly priority: Priority;
  readonly source: string;
  /** Sorted. */
  readonly tags: readonly string[];
  /** A rule that is not enabled never matches. */
  readonly enabled: boolean;
  /** The events it can match at all. */
  readonly eventTypes: EventTypes;
  /** The fields that its condition and its output read, with their arguments. */
  readonly fields: ReadonlySet<string>;
  /** The format of its output. */
  readonly output: string;
  /**
   * Given where the rule asks for a capture of what goes on once it matches (`capture: true`). Captures are not made here:
   * it is for whoever can make one. `durationMs`: for how long; left out, as the embedder sees fit.
   */
  readonly capture?: { readonly durationMs?: number };
}
