import type { TrackedEvent } from "@sentrytap/state";
import type { OutputValue } from "./output/output-format.ts";
import type { Priority } from "./priority.ts";

/** The plain part of an alert, which can be cloned: what Falco would write, and `formatAlertJson` writes so. */
export interface PlainAlert {
  /** Name of the rule. */
  readonly rule: string;
  readonly priority: Priority;
  readonly source: string;
  /** Sorted. */
  readonly tags: readonly string[];
  /** Time of the event, with nanoseconds: `2026-11-21T18:41:01.313392178Z`. */
  readonly time: string;
  readonly timeNs: bigint;
  /**
   * The rule's output, filled in, as it came from the sandbox: it may hold control characters. `formatAlertText` gives a
   * line that is safe to print.
   */
  readonly output: string;
  /** The values that the output names; null where the event has none. */
  readonly outputFields: Readonly<Record<string, OutputValue>>;
}

/** An event that a rule matched. */
export interface Alert extends PlainAlert {
  /** The event itself. */
  readonly event: TrackedEvent;
  /** The sandbox that it happened in. */
  readonly sandbox: TrackedEvent["sandbox"];
}
