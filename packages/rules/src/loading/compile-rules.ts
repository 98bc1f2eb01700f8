import { createContradictions } from "../compiling/contradictions.ts";
import { createTypeMatching } from "../compiling/matching-types.ts";
import type { CompiledRule } from "../evaluating/candidates.ts";
import { type EventTypes, isNoType } from "../event-types.ts";
import { didYouMean } from "../nearest.ts";
import type { Rule } from "../rule.ts";
import { compileOutput } from "./compile-output.ts";
import { type ConditionCompiler, createConditionCompiler, tooLong } from "./condition-compiler.ts";
import { type ConditionProblems, type Problem, tellProblems } from "./condition-problems.ts";
import type { CompiledCondition } from "./condition-scope.ts";
import type { Definitions, RuleDefinition } from "./definitions.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { appendExceptions } from "./exception-condition.ts";
import { createListExpansion, type ListExpansion } from "./expand-lists.ts";
import { createLocatedTextBuilder, type LocatedText } from "./located-text.ts";
import type { RuleSurroundings } from "./rule-surroundings.ts";
import { warnOfContradiction, warnOfTypes, warnOfUnused } from "./rule-warnings.ts";
import { fixedText, joinTexts } from "./scalar-text.ts";

/** Compiles all rules, and tells everything that is wrong with any of them, their macros and their lists. */
export function compileRules(
  definitions: Definitions,
  surroundings: RuleSurroundings,
): readonly CompiledRule[] {
  return new RuleCompiler(definitions, surroundings).compile();
}

class RuleCompiler {
  readonly #definitions: Definitions;
  readonly #surroundings: RuleSurroundings;
  readonly #diagnostics: Diagnostics;
  readonly #lists: ListExpansion;
  readonly #conditions: ConditionCompiler;
  /** Conditions whose problems have been told: of a macro that many rules use, once. */
  readonly #told = new Set<ConditionProblems>();
  readonly #matchingTypes = createTypeMatching();
  readonly #contradictions = createContradictions();

  constructor(definitions: Definitions, surroundings: RuleSurroundings) {
    const { graph, fields, diagnostics } = surroundings;
    this.#definitions = definitions;
    this.#surroundings = surroundings;
    this.#diagnostics = diagnostics;
    this.#lists = createListExpansion(definitions);
    this.#conditions = createConditionCompiler(definitions, this.#lists, graph, fields, diagnostics);
  }

  compile(): readonly CompiledRule[] {
    const { macros, rules } = this.#definitions;
    for (const macro of macros.values()) {
      const outcome = this.#conditions.compileMacro(macro);
      if (outcome.ok) continue;
      // What its fields mean matters only where a rule uses the macro, and is told there.
      tellProblems(
        outcome.problems.own.filter(({ stage }) => stage !== "check"),
        this.#diagnostics,
      );
    }
    const compiled: CompiledRule[] = [];
    for (const rule of rules.values()) {
      const made = this.#rule(rule);
      if (made !== undefined) compiled.push(made);
    }
    // What is broken uses nothing, so nothing could be said.
    if (!this.#diagnostics.failed)
      warnOfUnused(this.#definitions, this.#conditions.used, this.#lists.used, this.#diagnostics);
    return compiled;
  }

  #rule(definition: RuleDefinition): CompiledRule | undefined {
    const { context, source } = definition;
    if (source !== "syscall") {
      const message = `events of source "${source}" do not come from sandboxes, so the rule is ignored`;
      const hint = (): string => didYouMean(source, ["syscall"], "only rules of source syscall are used");
      this.#diagnostics.warning("LOAD_UNKNOWN_SOURCE", message, context, undefined, hint);
      return undefined;
    }
    const format = compileOutput(definition, this.#surroundings);
    const condition = this.#condition(definition);
    if (condition === undefined) return undefined;
    const eventTypes = this.#matchingTypes(condition.checked);
    if (definition.warnEventTypes) warnOfTypes(eventTypes, definition, this.#diagnostics);
    const contradiction = this.#contradictions(condition.checked) ?? (isNoType(eventTypes) ? [] : undefined);
    if (contradiction !== undefined) warnOfContradiction(contradiction, definition, this.#diagnostics);
    if (format === undefined) return undefined;
    const fields = new Set([...format.fields.map(({ name }) => name), ...condition.fields]);
    const rule = describe(definition, eventTypes, fields);
    return { rule, condition: condition.checked, contradiction, format };
  }

  #condition(definition: RuleDefinition): (CompiledCondition & { readonly ok: true }) | undefined {
    const { context, skipIfUnknownFilter } = definition;
    if (this.#lists.exhausted) {
      this.#diagnostics.error("LOAD_ERR_COMPILE_CONDITION", tooLong, context);
      return undefined;
    }
    const text = conditionText(definition, this.#diagnostics);
    const outcome = text && this.#conditions.compile(text, context);
    if (outcome === undefined || outcome.ok) return outcome;
    if (!skipIfUnknownFilter || !outcome.problems.unknown) {
      tellProblems(outcome.problems.without(this.#told), this.#diagnostics);
      return undefined;
    }
    for (const { message, at, hint } of firstOf(outcome.problems)) {
      const ignored = `${message}, so the rule is ignored`;
      this.#diagnostics.warning("LOAD_UNKNOWN_FILTER", ignored, context, at, hint);
    }
    return undefined;
  }
}

/** Reasons to ignore a rule that are worth telling: thousands of rules may use one macro with thousands. */
const maxReasons = 10;

function* firstOf(problems: Iterable<Problem>): Generator<Problem> {
  let left = maxReasons;
  for (const problem of problems) {
    if (left-- === 0) return;
    yield problem;
  }
}

function describe(definition: RuleDefinition, eventTypes: EventTypes, fields: ReadonlySet<string>): Rule {
  const { name, description, priority, source, enabled, output, tags, capture, captureDuration } = definition;
  return {
    name,
    description: description.join(" "),
    priority,
    source,
    tags: [...tags].sort(),
    enabled,
    eventTypes,
    fields,
    output: joinTexts(output).text.trim(),
    ...(capture && { capture: captureDuration === 0 ? {} : { durationMs: captureDuration } }),
  };
}

/** The rule's condition, with its exceptions behind it. */
function conditionText(definition: RuleDefinition, diagnostics: Diagnostics): LocatedText | undefined {
  const { condition, exceptions, context } = definition;
  const text = joinTexts(condition);
  if (exceptions.size === 0) return text;
  const glue = fixedText(context.file, "", context.offset);
  const out = createLocatedTextBuilder();
  out.insert("(", glue);
  out.append(text.text, text);
  out.insert(")", glue);
  return appendExceptions(exceptions, out, diagnostics) ? out.build() : undefined;
}
