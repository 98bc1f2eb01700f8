import type { TrackedEvent } from "@sentrytap/state";
import type { Alert } from "../alert.ts";
import type { Checked } from "../compiling/checked.ts";
import type { Graph } from "../compiling/graph.ts";
import type { Predicate } from "../compiling/predicate.ts";
import type { Run, Runs } from "../compiling/run.ts";
import { specialize } from "../compiling/specialize.ts";
import { includesType } from "../event-types.ts";
import { typeOf } from "../fields/event-result.ts";
import { namedType } from "../fields/event-table.ts";
import { type Candidate, type CandidateGroup, type CompiledRule, groupCandidates } from "./candidates.ts";
import { createRoom, type Decisions } from "./decisions.ts";
import type { Ledger } from "./ledger.ts";
import { makeAlert } from "./make-alert.ts";

/** Whether an event raises an alert of the first rule that matches it, in the order of the files, or of each. */
export type Matching = "first" | "all";

/** Judges events by rules. It remembers nothing of any stream: that is in the ledger. */
export interface Judge {
  judge(event: TrackedEvent, matching: Matching, ledger: Ledger): readonly Alert[];
}

const none: readonly Alert[] = Object.freeze([]);

/** The rules for events of one type. */
interface TypeRules {
  readonly groups: readonly CandidateGroup[];
  readonly decisions: Decisions<readonly Candidate[]>;
}

class IndexedJudge implements Judge {
  readonly #rules: readonly CompiledRule[];
  readonly #types = new Map<string, TypeRules>();
  readonly #room = createRoom();
  readonly #graph: Graph;
  readonly #runs: Runs;

  constructor(rules: readonly CompiledRule[], graph: Graph, runs: Runs) {
    this.#rules = rules;
    this.#graph = graph;
    this.#runs = runs;
  }

  judge(event: TrackedEvent, matching: Matching, ledger: Ledger): readonly Alert[] {
    if (event.direction === "enter") return none;
    ledger.context.advance(event);
    const name = typeOf(event);
    const rules = this.#types.get(name) ?? this.#prepare(name);
    if (rules.groups.length === 0) return none;
    const run = this.#runs.next(event, ledger.context);
    const matched = matchesOf(rules, run, ledger);
    const alerts = matched.length === 0 ? none : raise(matched, matching, run, ledger);
    if (ledger.stopwatch?.isDue() === true) this.#time(rules.groups, event, ledger);
    return alerts;
  }

  /** Times each rule as if there were no other: in a run of its own, which knows no results of other rules. */
  #time(groups: readonly CandidateGroup[], event: TrackedEvent, ledger: Ledger): void {
    for (const { candidates } of groups) {
      for (const { compiled, predicate } of candidates) {
        const run = this.#runs.next(event, ledger.context);
        const ns = ledger.stopwatch?.time(() => holds(predicate, run)) ?? 0;
        ledger.timed(compiled.rule.name, ns);
      }
    }
  }

  /** Done once a type. Names that no condition can tell from another share one list, whoever invents them. */
  #prepare(name: string): TypeRules {
    const type = namedType(name);
    return this.#types.get(type) ?? this.#prepareAs(type);
  }

  #prepareAs(name: string): TypeRules {
    const memo = new Map<Checked, Predicate>();
    const candidates: Candidate[] = [];
    for (const [order, compiled] of this.#rules.entries()) {
      const { rule, condition } = compiled;
      if (!includesType(rule.eventTypes, name)) continue;
      const predicate = specialize(condition, name, this.#graph, memo);
      if (predicate !== this.#graph.never) candidates.push({ compiled, predicate, order });
    }
    const groups = groupCandidates(candidates);
    const rules = { groups, decisions: this.#room.plant((run) => matchesTogether(groups, run)) };
    this.#types.set(name, rules);
    return rules;
  }
}

/** In order. */
function matchesOf({ groups, decisions }: TypeRules, run: Run, ledger: Ledger): readonly Candidate[] {
  try {
    return decisions.decide(run);
  } catch {
    return matchesOneByOne(groups, run, ledger);
  }
}

function matchesTogether(groups: readonly CandidateGroup[], run: Run): readonly Candidate[] {
  const matched: Candidate[] = [];
  for (const { guard, candidates } of groups) {
    if (!guard.holds(run)) continue;
    for (const candidate of candidates) if (candidate.predicate.holds(run)) matched.push(candidate);
  }
  return inOrder(matched);
}

/** Where something throws: it must not keep the other rules from being asked. */
function matchesOneByOne(groups: readonly CandidateGroup[], run: Run, ledger: Ledger): readonly Candidate[] {
  const matched: Candidate[] = [];
  for (const { candidates } of groups) {
    for (const candidate of candidates) {
      try {
        if (candidate.predicate.holds(run)) matched.push(candidate);
      } catch (error) {
        ledger.failed(candidate.compiled.rule.name, error);
      }
    }
  }
  return inOrder(matched);
}

function inOrder(matched: Candidate[]): readonly Candidate[] {
  return matched.sort((a, b) => a.order - b.order);
}

function raise(
  matched: readonly Candidate[],
  matching: Matching,
  run: Run,
  ledger: Ledger,
): readonly Alert[] {
  for (const { compiled } of matched) ledger.matched(compiled.rule.name);
  const heard = matching === "first" ? matched.slice(0, 1) : matched;
  return heard.map(({ compiled }) => {
    ledger.alerted(compiled.rule.name);
    return makeAlert(compiled, run, ledger);
  });
}

/** Its failures have been counted when the rule was asked. */
function holds(predicate: Predicate, run: Run): boolean {
  try {
    return predicate.holds(run);
  } catch {
    return false;
  }
}

export function createJudge(rules: readonly CompiledRule[], graph: Graph, runs: Runs): Judge {
  return new IndexedJudge(rules, graph, runs);
}
