import type { Hint } from "../nearest.ts";
import type { Context, Diagnostics } from "./diagnostics.ts";
import type { Location } from "./located-text.ts";

/** Something wrong with a condition, not yet told: a rule may ask to be skipped instead. */
export interface Problem {
  readonly code: "LOAD_ERR_COMPILE_CONDITION" | "LOAD_ERR_VALIDATE";
  readonly message: string;
  readonly hint: Hint | undefined;
  readonly context: Context;
  /** Found out when it is told: most are not, where there are many. */
  readonly at: () => Location | undefined;
  /** It does not parse, names a macro that is not there, or its fields, operators and values do not fit together. */
  readonly stage: "parse" | "resolve" | "check";
  /** A field or event type does not exist. */
  readonly unknown: boolean;
}

/** Of one condition no more are kept, as no more are told. */
const maxProblems = 1000;

/** What is wrong with a condition: itself, and by the macros that it uses, which many conditions share. */
export class ConditionProblems implements Iterable<Problem> {
  readonly #own: Problem[] = [];
  readonly #macros = new Set<ConditionProblems>();
  #unknown = true;

  /** Nothing but unknown fields and event types is wrong. */
  get unknown(): boolean {
    return this.#unknown;
  }

  /** Those that are not a macro's. */
  get own(): readonly Problem[] {
    return this.#own;
  }

  add(problem: Problem): void {
    this.#unknown &&= problem.unknown;
    if (this.#own.length < maxProblems) this.#own.push(problem);
  }

  addMacro(problems: ConditionProblems): void {
    this.#unknown &&= problems.#unknown;
    this.#macros.add(problems);
  }

  /** All, each once. */
  [Symbol.iterator](): Iterator<Problem> {
    return this.without(new Set());
  }

  /** All but those of conditions in `told`, which are added to it. */
  *without(told: Set<ConditionProblems>): Generator<Problem> {
    // Macros may use macros to any depth: no recursion.
    const open: ConditionProblems[] = [this];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (told.has(next)) continue;
      told.add(next);
      yield* next.#own;
      open.push(...[...next.#macros].reverse());
    }
  }
}

/** Makes errors of problems. */
export function tellProblems(problems: Iterable<Problem>, diagnostics: Diagnostics): void {
  for (const { code, message, context, at, hint } of problems)
    diagnostics.error(code, message, context, at, hint);
}
