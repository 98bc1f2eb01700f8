import type { RuleSetStats, RuleStats } from "./rule-stats.ts";
import { createStopwatch, type Stopwatch } from "./stopwatch.ts";
import { StreamContext, type Surroundings } from "./stream-context.ts";

/** Counts of one rule. */
interface RuleTally {
  matches: number;
  alerts: number;
  failures: number;
  lastFailure: unknown;
  samples: number;
  totalNs: number;
  maxNs: number;
}

/** What is kept along one stream of events, whichever rules judge them: numbers, times and counts. */
export interface Ledger {
  readonly context: StreamContext;
  /** What times rules, where that is asked for. */
  readonly stopwatch: Stopwatch | undefined;
  matched(rule: string): void;
  alerted(rule: string): void;
  failed(rule: string, error: unknown): void;
  timed(rule: string, ns: number): void;
  /** Goes on with other rules. Those that were there before keep their counts. */
  adopt(rules: Iterable<string>): void;
  stats(): RuleSetStats;
}

class CountingLedger implements Ledger {
  readonly context: StreamContext;
  readonly stopwatch: Stopwatch | undefined;
  #tallies = new Map<string, RuleTally>();
  #alerts = 0;
  #failures = 0;

  constructor(surroundings: Surroundings, timedEvery: number) {
    this.context = new StreamContext(surroundings);
    this.stopwatch = timedEvery === 0 ? undefined : createStopwatch(timedEvery);
  }

  matched(rule: string): void {
    this.#tally(rule).matches++;
  }

  alerted(rule: string): void {
    this.#alerts++;
    this.#tally(rule).alerts++;
  }

  failed(rule: string, error: unknown): void {
    this.#failures++;
    const tally = this.#tally(rule);
    tally.failures++;
    tally.lastFailure = error;
  }

  timed(rule: string, ns: number): void {
    const tally = this.#tally(rule);
    tally.samples++;
    tally.totalNs += ns;
    tally.maxNs = Math.max(tally.maxNs, ns);
  }

  adopt(rules: Iterable<string>): void {
    const before = this.#tallies;
    this.#tallies = new Map(Array.from(rules, (name) => [name, before.get(name) ?? createTally()]));
  }

  stats(): RuleSetStats {
    const every = this.stopwatch?.every ?? 0;
    const rules = new Map(Array.from(this.#tallies, ([name, tally]) => [name, describe(tally, every)]));
    return { events: this.context.eventNumber, alerts: this.#alerts, failures: this.#failures, rules };
  }

  #tally(rule: string): RuleTally {
    const known = this.#tallies.get(rule);
    if (known !== undefined) return known;
    const made = createTally();
    this.#tallies.set(rule, made);
    return made;
  }
}

function createTally(): RuleTally {
  return { matches: 0, alerts: 0, failures: 0, lastFailure: undefined, samples: 0, totalNs: 0, maxNs: 0 };
}

function describe(tally: RuleTally, every: number): RuleStats {
  const { matches, alerts, failures, lastFailure, samples, totalNs, maxNs } = tally;
  const meanNs = samples === 0 ? 0 : totalNs / samples;
  return {
    matches,
    alerts,
    failures,
    ...(failures > 0 && { lastFailure }),
    ...(every > 0 && { time: { samples, meanNs, maxNs, estimatedNs: totalNs * every } }),
  };
}

/** `timedEvery`: one event of so many is timed; 0 for none. */
export function createLedger(surroundings: Surroundings, timedEvery: number): Ledger {
  return new CountingLedger(surroundings, timedEvery);
}
