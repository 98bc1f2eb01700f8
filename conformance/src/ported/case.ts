import { isDeepStrictEqual } from "node:util";

/** A case after one of Falco's own tests, told anew: what is asked, what Falco says, and what we say. */
export interface PortedCase {
  /** What is asked, so that it can be told from all others of its suite. */
  readonly name: string;
  readonly falco: unknown;
  ours(): unknown;
  /** Why ours is another answer, and meant to stay. */
  readonly differs?: string;
}

/** Cases about one thing. */
export interface PortedSuite {
  /** What Falco tests so: its filters, its loading of rules files, its outputs, its selection of rules. */
  readonly kind: "filter" | "loader" | "formatter" | "ruleset";
  readonly title: string;
  readonly cases: readonly PortedCase[];
}

/** How a case came out. */
export interface PortedOutcome {
  readonly suite: PortedSuite;
  readonly case: PortedCase;
  readonly ours: unknown;
  readonly same: boolean;
}

/** Asks one case. What is thrown is an answer that nobody expects. */
export function ask(suite: PortedSuite, one: PortedCase): PortedOutcome {
  const ours = answerOf(one);
  return { suite, case: one, ours, same: isDeepStrictEqual(ours, one.falco) };
}

function answerOf(one: PortedCase): unknown {
  try {
    return one.ours();
  } catch (error) {
    return error;
  }
}

/** Whether the outcome is as the list has it: the same, or another for a reason that is told. */
export function isAsListed({ same, case: { differs } }: PortedOutcome): boolean {
  return same === (differs === undefined);
}
