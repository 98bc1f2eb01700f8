/** What is known of the time that a rule takes, of a sample of the events. */
export interface RuleTime {
  /** Events that it was timed with. */
  readonly samples: number;
  /** Mean nanoseconds of these. */
  readonly meanNs: number;
  /** Nanoseconds of the dearest of these. */
  readonly maxNs: number;
  /** Nanoseconds of all events so far, if those that were not timed were like those that were. */
  readonly estimatedNs: number;
}

/** What has become of one rule so far. */
export interface RuleStats {
  /** Events that its condition held for, whether or not an earlier rule alerted in its place. */
  readonly matches: number;
  readonly alerts: number;
  /** How often asking it, or writing its alert, threw: it did not match then, or its alert lacks what it says. */
  readonly failures: number;
  /** What was thrown last. */
  readonly lastFailure?: unknown;
  /**
   * Where time is measured: what its condition takes by itself. Conditions that several rules have in common are counted for
   * each, as if it were the only one, though they are evaluated once: the sum over all rules is more than was spent.
   */
  readonly time?: RuleTime;
}

/** What a rule set has seen and found so far. */
export interface RuleSetStats {
  /** Events evaluated. */
  readonly events: number;
  readonly alerts: number;
  /** Failures of all rules, also of those that were replaced. */
  readonly failures: number;
  /** By name of the rule; every enabled rule is there. */
  readonly rules: ReadonlyMap<string, RuleStats>;
}
