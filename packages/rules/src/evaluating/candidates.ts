import type { Checked } from "../compiling/checked.ts";
import type { Contradiction } from "../compiling/contradictions.ts";
import type { Predicate } from "../compiling/predicate.ts";
import { addToGroup } from "../group.ts";
import type { OutputFormat } from "../output/output-format.ts";
import type { Rule } from "../rule.ts";

/** A rule with what it was compiled to. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly condition: Checked;
  /** Why it can never match, whatever the event. */
  readonly contradiction: Contradiction | undefined;
  readonly format: OutputFormat;
}

/** A rule as it looks for events of one type. */
export interface Candidate {
  readonly compiled: CompiledRule;
  readonly predicate: Predicate;
  /** Its place among the rules. */
  readonly order: number;
}

/** Rules that ask for the same thing first: where that is not so, none of them is asked. */
export interface CandidateGroup {
  readonly guard: Predicate;
  readonly candidates: readonly Candidate[];
}

/**
 * Groups rules by what they have in common. Rules put first what tells most events apart, such as that a file was opened
 * for writing: dozens of rules are settled by one such answer.
 */
export function groupCandidates(candidates: readonly Candidate[]): readonly CandidateGroup[] {
  const shared = new Map<Predicate, number>();
  for (const { predicate } of candidates) {
    for (const conjunct of predicate.conjuncts) shared.set(conjunct, (shared.get(conjunct) ?? 0) + 1);
  }
  const groups = new Map<Predicate, Candidate[]>();
  for (const candidate of candidates) {
    const { predicate } = candidate;
    const guard = predicate.conjuncts.find((conjunct) => (shared.get(conjunct) ?? 0) > 1) ?? predicate;
    addToGroup(groups, guard, candidate);
  }
  return Array.from(groups, ([guard, members]) => ({ guard, candidates: members }));
}
