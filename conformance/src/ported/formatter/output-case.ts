import {
  type Alert,
  type LoadOptions,
  type LoadResult,
  loadRules,
  type OutputOptions,
} from "@sentrytap/rules";
import type { TrackedEvent } from "@sentrytap/state";
import type { PortedCase, PortedSuite } from "../case.ts";
import { makeChdir } from "./scene.ts";

/** What an output says of an event: its text, and its fields. */
export interface Said {
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** How a case is asked, where that is not the plain way. */
export interface OutputCaseOptions {
  readonly event?: () => TrackedEvent;
  readonly output?: OutputOptions;
  /** Why ours is another answer, and meant to stay. */
  readonly differs?: string;
}

/** A suite of Falco's outputs. */
export function outputSuite(title: string, cases: readonly PortedCase[]): PortedSuite {
  return { kind: "formatter", title, cases };
}

/** What a format says; `fields` are those of Falco's record. */
export function says(
  format: string,
  text: string,
  fields: Readonly<Record<string, unknown>>,
  options: OutputCaseOptions = {},
): PortedCase {
  const { event = makeChdir, output = {}, differs } = options;
  const answer: Said = { text, fields };
  return {
    name: `${JSON.stringify(format)}${output.transformedFields === true ? ", with functions" : ""} says ${JSON.stringify(text)}`,
    falco: answer,
    ours: () => said(alertOf(ruleText({ output: format }), event(), { output })),
    ...(differs === undefined ? {} : { differs }),
  };
}

/** Formats that no rule loads with. */
export function refused(...formats: readonly string[]): readonly PortedCase[] {
  return formats.map((format) => ({
    name: `${JSON.stringify(format)} is refused`,
    falco: ["LOAD_ERR_COMPILE_OUTPUT"],
    ours: () => errorsOf(load(ruleText({ output: format }))),
  }));
}

/** What a rule says in YAML beside what every one does. */
export interface RuleText {
  readonly rule?: string;
  readonly output: string;
  readonly tags?: readonly string[];
}

/** A rule that matches every event. */
export function ruleText({ rule = "r", output, tags = [] }: RuleText): string {
  return [
    `- rule: ${rule}`,
    "  desc: d",
    "  condition: evt.type exists",
    `  output: ${JSON.stringify(output)}`,
    "  priority: NOTICE",
    `  tags: ${JSON.stringify(tags)}`,
    "",
  ].join("\n");
}

export function load(text: string, options: LoadOptions = {}): LoadResult {
  return loadRules([{ name: "r.yaml", text }], options);
}

/** The one alert of an event. */
export function alertOf(text: string, event: TrackedEvent, options: LoadOptions = {}): Alert {
  const [alert] = alertsOf(text, event, options);
  if (alert === undefined) throw new Error("no alert");
  return alert;
}

/** The alerts of every rule that matches. */
export function alertsOf(text: string, event: TrackedEvent, options: LoadOptions = {}): readonly Alert[] {
  const loaded = load(text, options);
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join("\n"));
  return loaded.rules.evaluate(event, "all");
}

function said({ output, outputFields }: Alert): Said {
  return { text: output, fields: outputFields };
}

/** The codes of what is wrong. */
export function errorsOf(loaded: LoadResult): readonly string[] {
  const all = loaded.ok ? [] : loaded.diagnostics;
  return all.filter(({ severity }) => severity === "error").map(({ code }) => code);
}
