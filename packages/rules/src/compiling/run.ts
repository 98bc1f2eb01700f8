import type { TrackedEvent } from "@sentrytap/state";
import type { FieldContext } from "../fields/field.ts";
import type { Question } from "./question.ts";

/** The evaluation of one event: what all nodes of a graph share. One object, reused, so that none is made per event. */
export interface Run {
  /** Tells the results of this event from those of earlier ones. */
  readonly generation: number;
  readonly event: TrackedEvent;
  readonly context: FieldContext;
  /** Where nodes note what they ask of the event, in order; `undefined` where nobody wants to know. */
  asked: Set<Question> | undefined;
}

/**
 * The runs of one graph, one after the other. Nodes remember results by the number of the run: whatever evaluates nodes of
 * a graph, be it several rule sets in turn, takes its runs from here.
 */
export interface Runs {
  /** Begins the next run. The one before it must be over. */
  next(event: TrackedEvent, context: FieldContext): Run;
}

class CountedRuns implements Runs {
  #run: { -readonly [Part in keyof Run]: Run[Part] } | undefined;

  next(event: TrackedEvent, context: FieldContext): Run {
    this.#run ??= { generation: 0, event, context, asked: undefined };
    const run = this.#run;
    run.generation++;
    run.event = event;
    run.context = context;
    run.asked = undefined;
    return run;
  }
}

export function createRuns(): Runs {
  return new CountedRuns();
}
