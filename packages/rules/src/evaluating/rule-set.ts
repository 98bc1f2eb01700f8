import { TraceError } from "@sentrytap/core";
import type { TrackedEvent } from "@sentrytap/state";
import type { Alert } from "../alert.ts";
import type { Graph } from "../compiling/graph.ts";
import { createRuns, type Runs } from "../compiling/run.ts";
import { type EventTypes, typesOfAny } from "../event-types.ts";
import type { FieldContext } from "../fields/field.ts";
import { didYouMean } from "../nearest.ts";
import { checkPriority, isAsGrave, type Priority } from "../priority.ts";
import type { Rule } from "../rule.ts";
import type { CompiledRule } from "./candidates.ts";
import { explainCondition } from "./explain.ts";
import type { ExplainOptions, Explanation } from "./explanation.ts";
import { createJudge, type Judge, type Matching } from "./judge.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import type { RuleSetStats } from "./rule-stats.ts";
import { choose, type SelectionStep, type UnmatchedStep } from "./selection.ts";
import type { Surroundings } from "./stream-context.ts";

/** What judges events: a rule set, or rules that can be replaced. */
export interface Evaluator {
  /** The alerts that `event` raises. Calls are judged when they return: for an `enter` there are none. */
  evaluate(event: TrackedEvent, matching?: Matching): readonly Alert[];
}

/** Options of {@link RuleSet.select}. */
export interface SelectOptions {
  /** Rules less grave than this are off, whatever the steps say. Default: as it was. */
  readonly minPriority?: Priority;
}

/** The outcome of {@link RuleSet.select}. */
export interface Selection {
  readonly rules: RuleSet;
  /** Steps that named no rule: slips, mostly. */
  readonly unmatched: readonly UnmatchedStep[];
}

/** Loaded rules, ready to judge events. */
export interface RuleSet extends Evaluator {
  /** All rules, in order, those that are not enabled included. */
  readonly rules: readonly Rule[];
  /** The events that some enabled rule can match. */
  readonly eventTypes: EventTypes;
  /** The fields that enabled rules read. */
  readonly fields: ReadonlySet<string>;
  /**
   * The same rules, others of them on: `steps` turn rules on and off in order, as Falco's `rules:` does, whatever the files
   * say. The order of the rules stays that of the files. This set is left as it is, and what was compiled is shared; the
   * new one counts from zero.
   *
   * @throws {TraceError} `ERR_INVALID_ARGUMENT` where `minPriority` is no priority.
   *
   * @example
   * const { rules: some, unmatched } = rules.select([{ disable: { rule: "*" } }, { enable: { tag: "network" } }]);
   */
  select(steps: readonly SelectionStep[], options?: SelectOptions): Selection;
  /**
   * Why the rule called `name`, be it on or off, matches `event` or does not: which parts of its condition held, and what
   * the fields said. Nothing is counted. Ask before the next event: fields of processes and descriptors tell what is so now,
   * and `evt.num` is that of the last event that was evaluated.
   *
   * @throws {TraceError} `ERR_INVALID_ARGUMENT` where there is no such rule.
   *
   * @example
   * if (rules.evaluate(event).length === 0) console.log(formatExplanation(rules.explain("Secret read", event)));
   */
  explain(name: string, event: TrackedEvent, options?: ExplainOptions): Explanation;
  stats(): RuleSetStats;
}

/** What rule sets of one origin share. */
interface Origin {
  /** All rules, with whether they are on as their files have it. */
  readonly compiled: readonly CompiledRule[];
  readonly graph: Graph;
  readonly runs: Runs;
  readonly surroundings: Surroundings;
  readonly timedEvery: number;
}

/** The parts of a rule set that remember nothing of a stream. */
export interface RuleSetParts extends Origin {
  readonly judge: Judge;
  /** Names of the rules that are on. */
  readonly enabled: readonly string[];
}

/** Where a rule set keeps its parts: not for users, who may hold one of another copy of this package. */
export const parts: unique symbol = Symbol.for("sentrytap.rule-set-parts");

class CompiledRuleSet implements RuleSet {
  readonly rules: readonly Rule[];
  readonly eventTypes: EventTypes;
  readonly fields: ReadonlySet<string>;
  readonly [parts]: RuleSetParts;
  readonly #on: ReadonlySet<string>;
  readonly #minPriority: Priority;
  readonly #ledger: Ledger;

  constructor(origin: Origin, on: ReadonlySet<string>, minPriority: Priority) {
    const { compiled, graph, runs } = origin;
    const isEnabled = ({ name, priority }: Rule): boolean => on.has(name) && isAsGrave(priority, minPriority);
    const enabled = compiled.filter(({ rule }) => isEnabled(rule));
    this.#on = on;
    this.#minPriority = minPriority;
    this.rules = compiled.map(({ rule }) => ({ ...rule, enabled: isEnabled(rule) }));
    this.eventTypes = typesOfAny(enabled.map(({ rule }) => rule.eventTypes));
    this.fields = new Set(enabled.flatMap(({ rule }) => [...rule.fields]));
    const names = enabled.map(({ rule }) => rule.name);
    this[parts] = { ...origin, judge: createJudge(enabled, graph, runs), enabled: names };
    this.#ledger = ledgerOf(this[parts]);
  }

  evaluate(event: TrackedEvent, matching: Matching = "first"): readonly Alert[] {
    return this[parts].judge.judge(event, matching, this.#ledger);
  }

  select(steps: readonly SelectionStep[], options: SelectOptions = {}): Selection {
    const minPriority = checkPriority(options.minPriority ?? this.#minPriority);
    const { names, unmatched } = choose(this.rules, this.#on, steps, minPriority);
    return { rules: new CompiledRuleSet(this[parts], names, minPriority), unmatched };
  }

  explain(name: string, event: TrackedEvent, options?: ExplainOptions): Explanation {
    return explainRule(this[parts], name, event, this.#ledger.context, options);
  }

  stats(): RuleSetStats {
    return this.#ledger.stats();
  }
}

/** What counts for the rules of `parts`, from zero. */
export function ledgerOf({ enabled, surroundings, timedEvery }: RuleSetParts): Ledger {
  const ledger = createLedger(surroundings, timedEvery);
  ledger.adopt(enabled);
  return ledger;
}

/**
 * What {@link RuleSet.explain} says, where `context` is what has come before.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where there is no rule of that name.
 */
export function explainRule(
  { compiled, runs }: RuleSetParts,
  name: string,
  event: TrackedEvent,
  context: FieldContext,
  options?: ExplainOptions,
): Explanation {
  const found = compiled.find(({ rule }) => rule.name === name);
  if (found !== undefined) return explainCondition(found.condition, event, runs, context, options);
  const names = compiled.map(({ rule }) => rule.name);
  const hint = didYouMean(name, names, "name one of those that are loaded");
  throw new TraceError("ERR_INVALID_ARGUMENT", `there is no rule "${name}"${hint}`);
}

/**
 * What `rules` are made of.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where they were not made by `loadRules`.
 */
export function partsOf(rules: RuleSet): RuleSetParts {
  // Only what is made here has the property.
  if (parts in rules) return (rules as CompiledRuleSet)[parts];
  throw new TraceError("ERR_INVALID_ARGUMENT", "these rules were not made by loadRules(): load them");
}

/** Makes the rule set of `compiled`, which are all rules in order. */
export function createRuleSet(
  compiled: readonly CompiledRule[],
  graph: Graph,
  surroundings: Surroundings,
  timedEvery: number,
): RuleSet {
  const on = new Set(compiled.filter(({ rule }) => rule.enabled).map(({ rule }) => rule.name));
  const origin: Origin = { compiled, graph, runs: createRuns(), surroundings, timedEvery };
  return new CompiledRuleSet(origin, on, "Debug");
}
