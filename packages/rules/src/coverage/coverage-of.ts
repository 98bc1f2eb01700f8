import type { CompiledRule } from "../evaluating/candidates.ts";
import { partsOf, type RuleSet } from "../evaluating/rule-set.ts";
import { type Firing, firingOf } from "./firing.ts";
import { gatherReasons } from "./gather-reasons.ts";
import type { CoverageReason } from "./reason.ts";
import { assessmentsOf, besides, type StreamAssessments } from "./stream-assessments.ts";
import { type StreamShape, wholeStream } from "./stream-shape.ts";

/** Options of {@link coverageOf}. */
export interface CoverageOptions {
  /**
   * What the rules are to see. Default: all that a gVisor sandbox can tell. Rules that were loaded with `containers` are taken to
   * be told of those as well.
   */
  readonly stream?: StreamShape;
}

/** Whether a rule can fire, and why not, or what of it cannot. */
export interface RuleCoverage {
  /** Name of the rule. */
  readonly rule: string;
  readonly enabled: boolean;
  /**
   * Whether the stream can have an event that the rule matches, were it enabled. Where it is false, the rule never fires.
   * Where it is true, its parts may still exclude each other in ways that are not looked for.
   */
  readonly canFire: boolean;
  /** The types of the events that it can match, sorted; of a rule that looks at nearly all events these are many. */
  readonly eventTypes: readonly string[];
  readonly reasons: readonly CoverageReason[];
}

/**
 * Which of `rules` can fire on a gVisor stream, which cannot and why, and what the stream lacks for them. Each rule is
 * there once, in the order of the set, those that are not enabled too. Where rules are so large that judging them would
 * take many seconds, the rest of them is taken for what can fire.
 *
 * @example
 * for (const { rule, canFire, reasons } of coverageOf(rules)) {
 *   if (!canFire) console.log(rule, reasons.map(describeReason));
 * }
 */
export function coverageOf(rules: RuleSet, options: CoverageOptions = {}): readonly RuleCoverage[] {
  const { compiled, enabled, surroundings } = partsOf(rules);
  const { stream = wholeStream } = options;
  const { filledBy } = besides(stream, surroundings);
  const given = assessmentsOf({ ...stream, filledBy });
  // The best that can be asked of gVisor, with what is there beside it.
  const whole = stream === wholeStream ? given : assessmentsOf({ ...wholeStream, filledBy });
  const on = new Set(enabled);
  return compiled.map((each) => {
    const covered = coverRule(each, whole, given);
    if (on.has(covered.rule)) return covered;
    return { ...covered, enabled: false, reasons: [{ kind: "disabled" }, ...covered.reasons] };
  });
}

function coverRule(compiled: CompiledRule, whole: StreamAssessments, given: StreamAssessments): RuleCoverage {
  const { contradiction } = compiled;
  const rule = compiled.rule.name;
  if (contradiction !== undefined) {
    return {
      rule,
      enabled: true,
      canFire: false,
      eventTypes: [],
      reasons: [{ kind: "contradiction", parts: contradiction }],
    };
  }
  const atBest = firingOf(compiled, whole);
  const firing: Firing = whole === given ? atBest : firingOf(compiled, given);
  return {
    rule,
    enabled: true,
    canFire: firing.live.size > 0,
    eventTypes: [...firing.live.keys()].sort(),
    reasons: gatherReasons(compiled, atBest, whole === given ? undefined : firing),
  };
}
