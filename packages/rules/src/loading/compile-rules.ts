import type { CompiledRule } from "../candidates.ts";
import type { Checked } from "../compiling/checked.ts";
import type { Graph } from "../compiling/graph.ts";
import { matchingTypes } from "../compiling/matching-types.ts";
import type { EventTypes } from "../event-types.ts";
import type { FieldLookup } from "../fields/field-registry.ts";
import { didYouMean } from "../nearest.ts";
import { type AppendedOutput, containerInfo } from "../output/appended-output.ts";
import { compileFormat, type FormatContext, type OutputFormat } from "../output/output-format.ts";
import type { Rule } from "../rule.ts";
import { type ConditionCompiler, createConditionCompiler, joinTexts } from "./condition-compiler.ts";
import type { Problem } from "./condition-scope.ts";
import type { Definitions, RuleDefinition } from "./definitions.ts";
import type { Diagnostics } from "./diagnostics.ts";
import { appendExceptions } from "./exception.ts";
import { createListExpansion } from "./expand-lists.ts";
import { createLocatedTextBuilder, type LocatedText, type Location } from "./located-text.ts";
import { fixedText } from "./scalar-text.ts";

/** What `compileRules` makes. */
export interface CompiledRules {
  readonly rules: readonly Rule[];
  readonly compiled: readonly CompiledRule[];
}

/** Compiles all rules, and tells everything that is wrong with any of them, their macros and their lists. */
export function compileRules(
  definitions: Definitions,
  graph: Graph,
  fields: FieldLookup,
  diagnostics: Diagnostics,
  appended: AppendedOutput,
): CompiledRules {
  const lists = createListExpansion(definitions);
  const conditions = createConditionCompiler(definitions, lists, graph, fields, diagnostics);
  for (const macro of definitions.macros.values()) {
    const outcome = conditions.compileMacro(macro);
    if (outcome.ok) continue;
    // What its fields mean matters only where a rule uses the macro, and is told there.
    tell(
      [...outcome.problems].filter(({ stage }) => stage !== "check"),
      diagnostics,
    );
  }
  const compiled: CompiledRule[] = [];
  for (const rule of definitions.rules.values()) {
    const made = compileRule(rule, conditions, graph, fields, diagnostics, appended);
    if (made !== undefined) compiled.push(made);
  }
  // What is broken uses nothing, so nothing could be said.
  if (!diagnostics.failed) warnOfUnused(definitions, conditions.used, lists.used, diagnostics);
  return { rules: compiled.map(({ rule }) => rule), compiled };
}

function tell(problems: Iterable<Problem>, diagnostics: Diagnostics): void {
  for (const { code, message, context, at, hint } of problems)
    diagnostics.error(code, message, context, at, hint);
}

function compileRule(
  definition: RuleDefinition,
  conditions: ConditionCompiler,
  graph: Graph,
  fields: FieldLookup,
  diagnostics: Diagnostics,
  appended: AppendedOutput,
): CompiledRule | undefined {
  const { context, source, skipIfUnknownFilter } = definition;
  if (source !== "syscall") {
    const message = `events of source "${source}" do not come from sandboxes, so the rule is ignored`;
    const hint = (): string => didYouMean(source, ["syscall"], "only rules of source syscall are used");
    diagnostics.warning("LOAD_UNKNOWN_SOURCE", message, context, undefined, hint);
    return undefined;
  }
  const used = new Set<string>();
  const format = compileOutput(definition, graph, fields, used, diagnostics, appended);
  const condition = conditionText(definition, diagnostics);
  const outcome = condition && conditions.compile(condition, context);
  if (outcome === undefined) return undefined;
  if (!outcome.ok) {
    const skip = skipIfUnknownFilter && outcome.unknown;
    if (!skip) tell(outcome.problems, diagnostics);
    for (const { message, at, hint } of skip ? outcome.problems : []) {
      diagnostics.warning("LOAD_UNKNOWN_FILTER", `${message}, so the rule is ignored`, context, at, hint);
    }
    return undefined;
  }
  const eventTypes = matchingTypes(outcome.checked);
  if (definition.warnEventTypes) warnOfTypes(eventTypes, definition, diagnostics);
  if (format === undefined) return undefined;
  for (const field of outcome.fields) used.add(field);
  return {
    rule: describe(definition, eventTypes, used),
    condition: outcome.checked satisfies Checked,
    format,
  };
}

function describe(definition: RuleDefinition, eventTypes: EventTypes, fields: ReadonlySet<string>): Rule {
  const { name, description, priority, source, enabled, output, tags } = definition;
  return {
    name,
    description,
    priority,
    source,
    tags: [...tags].sort(),
    enabled,
    eventTypes,
    fields,
    output: joinTexts(output).text.trim(),
  };
}

/** The rule's condition, with its exceptions behind it. */
function conditionText(definition: RuleDefinition, diagnostics: Diagnostics): LocatedText | undefined {
  const { condition, exceptions, context } = definition;
  const text = joinTexts(condition);
  if (exceptions.length === 0) return text;
  const glue = fixedText(context.file, "", context.offset);
  const out = createLocatedTextBuilder();
  out.insert("(", glue);
  out.append(text.text, text);
  out.insert(")", glue);
  return appendExceptions(exceptions, out, diagnostics) ? out.build() : undefined;
}

function compileOutput(
  definition: RuleDefinition,
  graph: Graph,
  fields: FieldLookup,
  used: Set<string>,
  diagnostics: Diagnostics,
  appended: AppendedOutput,
): OutputFormat | undefined {
  const { context, output, skipIfUnknownFilter } = definition;
  const located = joinTexts(output);
  const written = located.text.trim();
  const start = located.text.indexOf(written);
  const whole = appended.textOf(written, definition);
  const text = whole.replaceAll(containerInfo, "");
  if (text !== whole) {
    const message = "%container.info is deprecated, and prints nothing: name the fields you want";
    diagnostics.warning("LOAD_DEPRECATED_ITEM", message, context, located.locate(start));
  }
  // What was added stands behind the rule's own text, and in no file.
  const locate = (offset: number): Location | undefined => {
    const at = offsetBefore(whole, offset);
    return at < written.length ? located.locate(start + at) : undefined;
  };
  const formatContext = (place: typeof locate): FormatContext => ({
    graph,
    fields,
    style: appended.style,
    uses: (field, { start }) => {
      used.add(field.name);
      if (!field.deprecated) return;
      const message = `the field ${field.name} is deprecated, it says nothing here: take it out`;
      diagnostics.warning("LOAD_DEPRECATED_ITEM", message, context, place(start));
    },
  });
  const format = compileFormat(text, formatContext(locate));
  if (!("message" in format)) {
    return appended.fieldsOf(
      format,
      definition,
      formatContext(() => undefined),
    );
  }
  const { message, offset, unknown, hint } = format;
  const at = locate(offset);
  if (unknown && skipIfUnknownFilter) {
    diagnostics.warning("LOAD_UNKNOWN_FILTER", `${message}, so the rule is ignored`, context, at, hint);
  } else {
    diagnostics.error("LOAD_ERR_COMPILE_OUTPUT", message, context, at, hint);
  }
  return undefined;
}

/** Where in `whole` is what stands at `offset` once the shorthands are gone. */
function offsetBefore(whole: string, offset: number): number {
  let before = offset;
  let next = whole.indexOf(containerInfo);
  while (next >= 0 && next <= before) {
    before += containerInfo.length;
    next = whole.indexOf(containerInfo, next + containerInfo.length);
  }
  return before;
}

/** More types than a rule can mean by naming them. */
const manyTypes = 50;

function warnOfTypes(types: EventTypes, { context }: RuleDefinition, diagnostics: Diagnostics): void {
  if ("only" in types && types.only.size > 0 && types.only.size <= manyTypes) return;
  const message =
    "only" in types && types.only.size === 0
      ? "no type of event can match the rule: look at what it asks of evt.type"
      : "the rule looks at events of nearly every type, which costs: add evt.type in (...)";
  diagnostics.warning("LOAD_NO_EVTTYPE", message, context);
}

function warnOfUnused(
  { macros, lists }: Definitions,
  usedMacros: ReadonlySet<string>,
  usedLists: ReadonlySet<string>,
  diagnostics: Diagnostics,
): void {
  for (const { name, context } of macros.values()) {
    if (usedMacros.has(name)) continue;
    diagnostics.warning("LOAD_UNUSED_MACRO", "no rule or macro uses it: use it, or take it out", context);
  }
  for (const { name, context } of lists.values()) {
    if (usedLists.has(name)) continue;
    diagnostics.warning(
      "LOAD_UNUSED_LIST",
      "no rule, macro or list uses it: use it, or take it out",
      context,
    );
  }
}
