import type { TrackedEvent } from "@sentrytap/state";
import type { OutputValue } from "./output/output-format.ts";
import type { Priority } from "./priority.ts";

/** An event that a rule matched. Its plain part is what Falco would write: `formatAlertJson` writes it so. */
export interface Alert {
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
  /** The event itself. */
  readonly event: TrackedEvent;
  /** The sandbox that it happened in. */
  readonly sandbox: TrackedEvent["sandbox"];
}
