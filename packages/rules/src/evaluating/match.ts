import { expand, type Stage } from "@sentrytap/core";
import type { TrackedEvent } from "@sentrytap/state";
import type { Alert } from "../alert.ts";
import type { Matching } from "./judge.ts";
import type { Evaluator } from "./rule-set.ts";

/** Options of {@link match}. */
export interface MatchOptions {
  /** Default `first`, as Falco's. */
  readonly matching?: Matching;
}

/**
 * The stage that turns events into the alerts they raise.
 *
 * @example
 * for await (const alert of flat(pipe(server.batches(), events(), track(), match(rules)))) {
 *   console.log(formatAlertText(alert));
 * }
 */
export function match(
  rules: Evaluator,
  { matching = "first" }: MatchOptions = {},
): Stage<TrackedEvent, Alert> {
  return expand("match", (event: TrackedEvent, emit: (alert: Alert) => void) => {
    for (const alert of rules.evaluate(event, matching)) emit(alert);
  });
}
