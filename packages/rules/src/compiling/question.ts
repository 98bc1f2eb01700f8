import type { Run } from "./run.ts";

/**
 * What evaluating conditions asks of an event. Events with the same answers are judged alike: what conditions ask for
 * next, and what they come to, follows from the answers so far and from nothing else.
 */
export interface Question {
  /** The answer, of which there are few, or {@link unanswered}. */
  ask(run: Run): number;
}

/** Where the answer is known to nobody but the conditions themselves. */
export const unanswered = -1;
