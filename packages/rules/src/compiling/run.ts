import type { TrackedEvent } from "@sentrytap/state";
import type { FieldContext } from "../fields/field.ts";

/** The evaluation of one event: what all nodes of a graph share. One object, reused, so that none is made per event. */
export interface Run {
  /** Tells the results of this event from those of earlier ones. */
  generation: number;
  event: TrackedEvent;
  readonly context: FieldContext;
}
