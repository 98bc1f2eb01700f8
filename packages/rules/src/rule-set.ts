import type { TrackedEvent } from "@sentrytap/state";
import type { Alert } from "./alert.ts";
import { type Candidate, type CandidateGroup, type CompiledRule, groupCandidates } from "./candidates.ts";
import type { Checked } from "./compiling/checked.ts";
import type { Graph } from "./compiling/graph.ts";
import type { Predicate } from "./compiling/predicate.ts";
import type { Run } from "./compiling/run.ts";
import { specialize } from "./compiling/specialize.ts";
import { type EventTypes, eitherTypes, includesType, noType } from "./event-types.ts";
import { typeOf } from "./fields/event-result.ts";
import { eventTypeNames } from "./fields/event-table.ts";
import type { FieldContext } from "./fields/field.ts";
import type { Rule } from "./rule.ts";
import { StreamContext } from "./stream-context.ts";
import { formatIso } from "./timestamp.ts";

/** Whether an event raises an alert of the first rule that matches it, in the order of the files, or of each. */
export type Matching = "first" | "all";

/** What a rule set has seen and found so far. */
export interface RuleSetStats {
  /** Events evaluated. */
  readonly events: number;
  readonly alerts: number;
  /** Alerts by rule; every enabled rule is there. */
  readonly rules: ReadonlyMap<string, number>;
}

/** Loaded rules, ready to judge events. */
export interface RuleSet {
  /** All rules, in order, those that are not enabled included. */
  readonly rules: readonly Rule[];
  /** The events that some enabled rule can match. */
  readonly eventTypes: EventTypes;
  /** The fields that enabled rules read. */
  readonly fields: ReadonlySet<string>;
  /** The alerts that `event` raises. Calls are judged when they return: for an `enter` there are none. */
  evaluate(event: TrackedEvent, matching?: Matching): readonly Alert[];
  stats(): RuleSetStats;
}

/** Stands for every type that no condition can name. */
const unnamed = "(unnamed)";

const none: readonly Alert[] = Object.freeze([]);

class CompiledRuleSet implements RuleSet {
  readonly rules: readonly Rule[];
  readonly eventTypes: EventTypes;
  readonly fields: ReadonlySet<string>;
  readonly #compiled: readonly CompiledRule[];
  readonly #counters = new Map<string, { count: number }>();
  readonly #groups = new Map<string, readonly CandidateGroup[]>();
  readonly #graph: Graph;
  readonly #context: StreamContext;
  #run: (Run & { readonly context: FieldContext }) | undefined;

  constructor(rules: readonly Rule[], compiled: readonly CompiledRule[], graph: Graph, hostname: string) {
    this.rules = rules;
    this.#compiled = compiled.filter(({ rule }) => rule.enabled);
    this.#graph = graph;
    this.eventTypes = this.#compiled.map(({ rule }) => rule.eventTypes).reduce(eitherTypes, noType);
    this.fields = new Set(this.#compiled.flatMap(({ rule }) => [...rule.fields]));
    this.#context = new StreamContext(this.fields, hostname);
    for (const { rule } of this.#compiled) this.#counters.set(rule.name, { count: 0 });
  }

  evaluate(event: TrackedEvent, matching: Matching = "first"): readonly Alert[] {
    if (event.direction === "enter") return none;
    this.#context.advance(event);
    const name = typeOf(event);
    const groups = this.#groups.get(name) ?? this.#prepare(name);
    return groups.length === 0 ? none : this.#judge(event, groups, matching);
  }

  stats(): RuleSetStats {
    const rules = new Map(Array.from(this.#counters, ([name, { count }]) => [name, count]));
    const alerts = [...rules.values()].reduce((sum, count) => sum + count, 0);
    return { events: this.#context.eventNumber, alerts, rules };
  }

  #judge(event: TrackedEvent, groups: readonly CandidateGroup[], matching: Matching): readonly Alert[] {
    this.#run ??= { generation: 0, event, context: this.#context };
    const run = this.#run;
    run.generation++;
    run.event = event;
    let matched: Candidate[] | undefined;
    for (const { guard, candidates } of groups) {
      if (!guard.holds(run)) continue;
      for (const candidate of candidates) {
        if (candidate.predicate.holds(run)) {
          matched ??= [];
          matched.push(candidate);
        }
      }
    }
    if (matched === undefined) return none;
    matched.sort((a, b) => a.order - b.order);
    return (matching === "first" ? matched.slice(0, 1) : matched).map((candidate) => raise(candidate, run));
  }

  /** Done once a type. Names that no condition can tell from another share one list, whoever invents them. */
  #prepare(name: string): readonly CandidateGroup[] {
    if (!eventTypeNames.has(name)) {
      return this.#groups.get(unnamed) ?? this.#prepareAs(unnamed);
    }
    return this.#prepareAs(name);
  }

  #prepareAs(name: string): readonly CandidateGroup[] {
    const memo = new Map<Checked, Predicate>();
    const candidates: Candidate[] = [];
    for (const [order, compiled] of this.#compiled.entries()) {
      const { rule, condition } = compiled;
      if (!includesType(rule.eventTypes, name)) continue;
      const predicate = specialize(condition, name, this.#graph, memo);
      const counter = this.#counters.get(rule.name);
      if (predicate === this.#graph.never || counter === undefined) continue;
      candidates.push({ compiled, predicate, counter, order });
    }
    const groups = groupCandidates(candidates);
    this.#groups.set(name, groups);
    return groups;
  }
}

function raise({ compiled, counter }: Candidate, run: Run): Alert {
  counter.count++;
  return makeAlert(compiled, run);
}

function makeAlert({ rule, format }: CompiledRule, run: Run): Alert {
  const { event } = run;
  // A session that leaves out the time leaves us the time of arrival.
  const timeNs = event.timeNs ?? BigInt(Date.now()) * 1_000_000n;
  const { name, priority, source, tags } = rule;
  return {
    rule: name,
    priority,
    source,
    tags,
    time: formatIso(timeNs),
    timeNs,
    output: format.render(run),
    outputFields: format.values(run),
    event,
    sandbox: event.sandbox,
  };
}

export function createRuleSet(
  rules: readonly Rule[],
  compiled: readonly CompiledRule[],
  graph: Graph,
  hostname: string,
): RuleSet {
  return new CompiledRuleSet(rules, compiled, graph, hostname);
}
