import type { TrackedEvent } from "@sentrytap/state";
import type { Alert } from "../alert.ts";
import type { EventTypes } from "../event-types.ts";
import type { Rule } from "../rule.ts";
import type { ExplainOptions, Explanation } from "./explanation.ts";
import type { Matching } from "./judge.ts";
import type { Ledger } from "./ledger.ts";
import {
  explainRule,
  ledgerOf,
  parts,
  partsOf,
  type RuleSet,
  type RuleSetParts,
  type Selection,
  type SelectOptions,
} from "./rule-set.ts";
import type { RuleSetStats } from "./rule-stats.ts";
import type { SelectionStep } from "./selection.ts";

/** A rule set that others can take the place of, while events are judged. */
export interface LiveRules extends RuleSet {
  /** The rules in force. */
  readonly current: RuleSet;
  /**
   * Puts `next` in force, from the next event on: an event is judged by the one set or by the other, and none is lost. The
   * stream goes on: `evt.num` and the times between events take no notice, and the rules that are in both sets keep their
   * counts in `stats()`. Counts of other rules are gone, but stay in the sums. `current` before, and `next`,
   * count for themselves what they are asked themselves.
   *
   * @throws {TraceError} `ERR_INVALID_ARGUMENT` where `next` was not made by `loadRules`.
   */
  replace(next: RuleSet): void;
}

class ReplaceableRules implements LiveRules {
  readonly #ledger: Ledger;
  #current: RuleSet;
  #parts: RuleSetParts;

  constructor(rules: RuleSet) {
    this.#current = inForce(rules);
    this.#parts = partsOf(rules);
    this.#ledger = ledgerOf(this.#parts);
  }

  get current(): RuleSet {
    return this.#current;
  }

  get rules(): readonly Rule[] {
    return this.#current.rules;
  }

  get eventTypes(): EventTypes {
    return this.#current.eventTypes;
  }

  get fields(): ReadonlySet<string> {
    return this.#current.fields;
  }

  get [parts](): RuleSetParts {
    return this.#parts;
  }

  evaluate(event: TrackedEvent, matching: Matching = "first"): readonly Alert[] {
    return this.#parts.judge.judge(event, matching, this.#ledger);
  }

  select(steps: readonly SelectionStep[], options?: SelectOptions): Selection {
    return this.#current.select(steps, options);
  }

  explain(name: string, event: TrackedEvent, options?: ExplainOptions): Explanation {
    return explainRule(this.#parts, name, event, this.#ledger.context, options);
  }

  stats(): RuleSetStats {
    return this.#ledger.stats();
  }

  replace(next: RuleSet): void {
    const made = partsOf(next);
    this.#current = inForce(next);
    this.#parts = made;
    this.#ledger.context.surroundings = made.surroundings;
    this.#ledger.adopt(made.enabled);
  }
}

/** The set itself where `rules` can be replaced: what becomes of them does not matter here. */
function inForce(rules: RuleSet | LiveRules): RuleSet {
  return "current" in rules ? rules.current : rules;
}

/**
 * Rules that can be replaced while a stream runs: hand them to `match` or `detect` as any rule set. Time is measured where
 * `rules` were loaded so.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where `rules` were not made by `loadRules`.
 *
 * @example
 * const live = createLiveRules(rules);
 * process.on("SIGHUP", () => {
 *   const loaded = loadRules([{ name: path, text: readFileSync(path, "utf8") }]);
 *   if (loaded.ok) live.replace(loaded.rules);
 * });
 * for await (const alert of detect(server, { rules: live })) console.log(alert.output);
 */
export function createLiveRules(rules: RuleSet): LiveRules {
  return new ReplaceableRules(rules);
}
