import { didYouMean } from "../nearest.ts";
import { isAsGrave, type Priority } from "../priority.ts";
import type { Rule } from "../rule.ts";
import { matchesWildcard } from "../wildcard.ts";

/** Names rules: by name, in which `*` stands for any text, by a tag, or by both, each of which is enough. */
export type RuleSelector =
  | { readonly rule: string; readonly tag?: string }
  | { readonly rule?: string; readonly tag: string };

/** Turns the rules that a selector names on or off, as an entry of Falco's `rules:` does. */
export type SelectionStep = { readonly enable: RuleSelector } | { readonly disable: RuleSelector };

/** A step of a selection that named no rule, and so changed nothing. */
export interface UnmatchedStep {
  readonly step: SelectionStep;
  /** What it named, and what may have been meant. */
  readonly message: string;
}

/** Which rules are on. */
export interface Choice {
  readonly names: ReadonlySet<string>;
  readonly unmatched: readonly UnmatchedStep[];
}

/**
 * Applies `steps` in order to the rules that are on. Rules less grave than `minPriority` are not there for them: nothing
 * turns those on.
 */
export function choose(
  rules: readonly Rule[],
  on: ReadonlySet<string>,
  steps: readonly SelectionStep[],
  minPriority: Priority,
): Choice {
  const names = new Set(on);
  const unmatched: UnmatchedStep[] = [];
  for (const step of steps) {
    const wanted = separate("enable" in step ? step.enable : step.disable);
    if (wanted.length === 0) unmatched.push({ step, message: "it names no rule, and no tag: name one" });
    for (const one of wanted) {
      const named = rules.filter((rule) => isNamed(rule, one));
      const there = named.filter(({ priority }) => isAsGrave(priority, minPriority));
      for (const { name } of there) {
        if ("enable" in step) names.add(name);
        else names.delete(name);
      }
      if (there.length > 0) continue;
      unmatched.push({ step, message: whyUnmatched(one, rules, named.length, minPriority) });
    }
  }
  return { names, unmatched };
}

/** One thing to look for. */
type Wanted = { readonly rule: string } | { readonly tag: string };

/** An empty text names nothing: it is as good as left out. */
function separate({ rule = "", tag = "" }: RuleSelector): readonly Wanted[] {
  return [...(rule === "" ? [] : [{ rule }]), ...(tag === "" ? [] : [{ tag }])];
}

function isNamed({ name, tags }: Rule, wanted: Wanted): boolean {
  return "rule" in wanted ? matchesWildcard(wanted.rule, name) : tags.includes(wanted.tag);
}

function whyUnmatched(wanted: Wanted, rules: readonly Rule[], named: number, min: Priority): string {
  const what = "rule" in wanted ? `the name "${wanted.rule}"` : `the tag "${wanted.tag}"`;
  if (named > 0) {
    return `of the rules with ${what} none is as grave as ${min}: ask for a lower priority to have them`;
  }
  const hint =
    "rule" in wanted
      ? didYouMean(
          wanted.rule,
          rules.map(({ name }) => name),
          "write it as the rules files do, * stands for any text",
        )
      : didYouMean(
          wanted.tag,
          new Set(rules.flatMap(({ tags }) => tags)),
          "tags are taken as they are written, without *",
        );
  return `no rule has ${what}${hint}`;
}
