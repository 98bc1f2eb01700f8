import { formatDiagnostic } from "../src/diagnostic.ts";
import type { RuleSet } from "../src/evaluating/rule-set.ts";
import { type LoadOptions, loadRules } from "../src/loading/load-rules.ts";

/** The one rule `r` with a condition and an output, as YAML. */
export function ruleYaml(condition: string, output = "x"): string {
  return [
    "- rule: r",
    "  desc: d",
    `  condition: ${JSON.stringify(condition)}`,
    `  output: ${JSON.stringify(output)}`,
    "  priority: INFO",
    "",
  ].join("\n");
}

/** Rules that must load. */
export function mustLoad(text: string, options: LoadOptions = {}): RuleSet {
  const loaded = loadRules([{ name: "r.yaml", text }], options);
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(formatDiagnostic).join("\n"));
  return loaded.rules;
}

/** What is wrong with rules files, as lines of text; warnings too. */
export function problemsOf(...texts: readonly string[]): readonly string[] {
  const loaded = loadRules(texts.map((text, i) => ({ name: `${i}.yaml`, text })));
  const all = loaded.ok ? loaded.warnings : loaded.diagnostics;
  return all.map(formatDiagnostic);
}

/** Errors only. */
export function errorsOf(...texts: readonly string[]): readonly string[] {
  return problemsOf(...texts).filter((line) => / error LOAD_/.test(line));
}
