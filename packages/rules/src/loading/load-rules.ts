import { TraceError } from "@sentrytap/core";
import { createGraph } from "../compiling/graph.ts";
import type { Diagnostic, WarningDiagnostic } from "../diagnostic.ts";
import { createRuleSet, type RuleSet } from "../evaluating/rule-set.ts";
import type { SelectionStep, UnmatchedStep } from "../evaluating/selection.ts";
import { surroundingsOf } from "../evaluating/stream-context.ts";
import type { FieldOptions } from "../fields/field-options.ts";
import { lookupOf } from "../fields/field-registry.ts";
import { readAppendedOutput } from "../output/appended-output.ts";
import type { OutputOptions } from "../output/output-options.ts";
import type { Priority } from "../priority.ts";
import { createCollector } from "./collector.ts";
import { compileRules } from "./compile-rules.ts";
import { contextOfFile, createDiagnostics } from "./diagnostics.ts";
import { type ItemReading, readItems } from "./read-items.ts";
import { createSourceFile, type RuleSource } from "./source-file.ts";

/** Options of {@link loadRules}. */
export interface LoadOptions extends FieldOptions {
  /** What is added to the outputs of rules, and how long they may be. Default: nothing is added. */
  readonly output?: OutputOptions;
  /**
   * Plugins whose fields are registered in `fields`, with their versions: what `required_plugin_versions` asks for beyond
   * them and the container plugin, whose fields are there, is an error. Default: what rules ask for is not held against them.
   */
  readonly plugins?: Readonly<Record<string, string>>;
  /** Characters that all sources together may have. Default 8 MiB. */
  readonly maxSourceLength?: number;
  /**
   * Words, signs and line ends that all sources together may have, as YAML counts them: an item of a list has four to six.
   * Default 640,000, which takes about a second to read; Falco's public rules have 20,000.
   */
  readonly maxSourceTokens?: number;
  /** Turns rules on and off, in order, once all are loaded: as `RuleSet.select`. Default: they are as the files say. */
  readonly select?: readonly SelectionStep[];
  /** Rules less grave than this are off. All are checked, as in Falco. Default `Debug`: none is less grave. */
  readonly minPriority?: Priority;
  /**
   * Measures what rules cost, for `RuleSet.stats`: with one event in `every`, default 101, each rule is asked once more, by
   * itself, and timed. `every: 1` times all events; that takes many times as long as judging them. Default: nothing is measured.
   */
  readonly measureTime?: boolean | { readonly every: number };
}

/** The outcome of {@link loadRules}. */
export type LoadResult =
  | {
      readonly ok: true;
      readonly rules: RuleSet;
      readonly warnings: readonly WarningDiagnostic[];
      /** Steps of {@link LoadOptions.select} that named no rule. */
      readonly unmatched: readonly UnmatchedStep[];
    }
  /** Every problem of every item; at least one is an error. */
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Loads Falco rules: reads the YAML of all `sources` in order, lets later definitions replace or change earlier ones,
 * resolves lists and macros, checks every condition and output, and compiles them.
 *
 * What is wrong comes back as a value, all at once, each with file, line and column; nothing is thrown for it.
 *
 * @throws {TraceError} `ERR_INVALID_ARGUMENT` where `measureTime.every` is no count, `minPriority` no
 * priority, or `output` is wrong.
 *
 * @example
 * const loaded = loadRules([{ name: "rules.yaml", text: await readFile("rules.yaml", "utf8") }]);
 * if (!loaded.ok) throw new Error(loaded.diagnostics.map(formatDiagnostic).join("\n"));
 * const [alert] = loaded.rules.evaluate(event);
 */
export function loadRules(sources: readonly RuleSource[], options: LoadOptions = {}): LoadResult {
  const { select = [], minPriority = "Debug" } = options;
  const timedEvery = readMeasureTime(options.measureTime ?? false);
  const fields = lookupOf(options.fields);
  const graph = createGraph();
  const appended = readAppendedOutput(options.output ?? {}, { graph, fields });
  const diagnostics = createDiagnostics();
  const collector = createCollector(diagnostics);
  readSources(sources, options, { collector, diagnostics, fields });
  const compiled = compileRules(collector.definitions, { graph, fields, diagnostics, appended });
  if (diagnostics.failed) return { ok: false, diagnostics: diagnostics.all };
  const all = createRuleSet(compiled, graph, surroundingsOf(options), timedEvery);
  const { rules, unmatched } = all.select(select, { minPriority });
  return { ok: true, rules, warnings: diagnostics.warnings, unmatched };
}

function readSources(
  sources: readonly RuleSource[],
  { maxSourceLength = 8 * 1024 * 1024, maxSourceTokens = 640_000, plugins }: LoadOptions,
  surroundings: Pick<ItemReading, "collector" | "diagnostics" | "fields">,
): void {
  const tokens = { most: maxSourceTokens, left: maxSourceTokens };
  const reading = { ...surroundings, tokens, plugins };
  let length = 0;
  for (const source of sources) {
    const file = createSourceFile(source);
    length += source.text.length;
    if (length <= maxSourceLength) {
      readItems(file, reading);
    } else {
      const message = `more than ${maxSourceLength} characters, all files together: load fewer rules`;
      reading.diagnostics.error("LOAD_ERR_YAML_PARSE", message, contextOfFile(file));
    }
  }
}

/** One event in so many is timed; a number that shares no factor with what programs do in turns. */
const usuallyTimedEvery = 101;

function readMeasureTime(measureTime: boolean | { readonly every: number }): number {
  if (typeof measureTime === "boolean") return measureTime ? usuallyTimedEvery : 0;
  const { every } = measureTime;
  if (Number.isSafeInteger(every) && every > 0) return every;
  throw new TraceError("ERR_INVALID_ARGUMENT", `measureTime.every is ${every}: give a whole number above 0`);
}
