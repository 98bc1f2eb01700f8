import {
  createFieldRegistry,
  type Diagnostic,
  type FieldRegistry,
  type LoadResult,
  loadRules,
  parse,
} from "@sentrytap/rules";
import type { TrackedEvent } from "@sentrytap/state";
import type { PortedCase, PortedSuite } from "../case.ts";

/** What becomes of a condition: it loads, or it is an error with a code of Falco's. */
export type Loading = "loads" | "LOAD_ERR_COMPILE_CONDITION" | "LOAD_ERR_VALIDATE";

/** What a condition says of an event, or that it cannot be asked. */
export type Verdict = boolean | "error";

/** What a case may say beside what it asks. */
export interface CaseOptions {
  /** Why ours is another answer, and meant to stay. */
  readonly differs?: string;
  /** The fields that there are; Falco's, where it says nothing. */
  readonly fields?: FieldRegistry;
}

/** A suite of Falco's filters. */
export function filterSuite(title: string, cases: readonly PortedCase[]): PortedSuite {
  return { kind: "filter", title, cases };
}

/** Whether each condition can be parsed: its names do not matter. */
export function parsing(falco: boolean, ...conditions: readonly string[]): readonly PortedCase[] {
  return conditions.map((condition) => parsingOf(falco, condition));
}

/** Whether the condition can be parsed. */
export function parsingOf(falco: boolean, condition: string, options: CaseOptions = {}): PortedCase {
  return {
    name: `${falco ? "parses" : "does not parse"}: ${JSON.stringify(condition)}`,
    falco,
    ours: () => parse(condition).ok,
    ...differs(options),
  };
}

/** Whether a rule with each condition loads. */
export function loading(falco: boolean, ...conditions: readonly string[]): readonly PortedCase[] {
  return conditions.map((condition) => loadingOf(falco, condition));
}

/** Whether a rule with the condition loads. */
export function loadingOf(falco: boolean, condition: string, options: CaseOptions = {}): PortedCase {
  return {
    name: `${falco ? "loads" : "does not load"}: ${JSON.stringify(condition)}`,
    falco,
    ours: () => load(condition, options.fields).ok,
    ...differs(options),
  };
}

/** How many warnings of a condition a rule with it loads with, but for that it names no types of events. */
export function warnings(falco: number, ...conditions: readonly string[]): readonly PortedCase[] {
  return conditions.map((condition) => ({
    name: `${falco} warnings: ${JSON.stringify(condition)}`,
    falco,
    ours: () => warningsOf(load(condition)).length,
  }));
}

function warningsOf(result: LoadResult): readonly Diagnostic[] {
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join("\n"));
  return result.warnings.filter(({ code }) => code === "LOAD_COMPILE_CONDITION");
}

/** What a condition says of an event; `what` tells the event from others. */
export function verdict(
  falco: Verdict,
  condition: string,
  what: string,
  event: () => TrackedEvent,
  options: CaseOptions = {},
): PortedCase {
  return {
    name: `${what}: ${falco === "error" ? "cannot ask" : falco ? "true" : "false"}: ${JSON.stringify(condition)}`,
    falco,
    ours: () => judge(condition, event(), options.fields),
    ...differs(options),
  };
}

/** Verdicts of one event. */
export function verdictsOf(
  what: string,
  event: () => TrackedEvent,
  table: readonly (readonly [falco: Verdict, condition: string, options?: CaseOptions])[],
  fields?: FieldRegistry,
): readonly PortedCase[] {
  return table.map(([falco, condition, options]) =>
    verdict(falco, condition, what, event, fields === undefined ? options : { ...options, fields }),
  );
}

function judge(condition: string, event: TrackedEvent, fields: FieldRegistry | undefined): Verdict {
  const result = load(condition, fields);
  return result.ok ? result.rules.evaluate(event, "all").length === 1 : "error";
}

function differs({ differs: reason }: CaseOptions): { readonly differs?: string } {
  return reason === undefined ? {} : { differs: reason };
}

/** Loads the one rule that has the condition. */
export function load(condition: string, fields: FieldRegistry = falcoFields): LoadResult {
  const text = [
    "- rule: r",
    "  desc: d",
    `  condition: ${JSON.stringify(condition)}`,
    "  output: x",
    "  priority: INFO",
    "",
  ].join("\n");
  return loadRules([{ name: "r.yaml", text }], { fields });
}

const falcoFields = createFieldRegistry();
