import {
  type FieldRegistry,
  formatDiagnostic,
  loadRules,
  type RuleSet,
  type RuleSource,
} from "@sentrytap/rules";
import { readText } from "./reference.ts";

/** Rules that must load. */
export function mustLoad(sources: readonly RuleSource[], fields?: FieldRegistry): RuleSet {
  const loaded = loadRules(sources, fields && { fields });
  if (loaded.ok) return loaded.rules;
  const errors = loaded.diagnostics.filter(({ severity }) => severity === "error");
  throw new Error(errors.map(formatDiagnostic).join("\n"));
}

/** The public rules, as Falco ran them. */
export function publicRules(): RuleSet {
  const names = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"];
  return mustLoad(names.map((name) => ({ name, text: readText(`rules/falco-peer/${name}`) })));
}

/** A rule as YAML. */
export function ruleText(name: string, condition: string, output: string): string {
  return [
    `- rule: ${JSON.stringify(name)}`,
    "  desc: d",
    `  condition: ${JSON.stringify(condition)}`,
    `  output: ${JSON.stringify(output)}`,
    "  priority: INFO",
  ].join("\n");
}

/** A rule of each condition and output, named by its place. */
export function rulesOf(
  rules: readonly { readonly condition: string; readonly output: string }[],
  fields?: FieldRegistry,
): RuleSet {
  const texts = rules.map(({ condition, output }, i) => ruleText(String(i), condition, output));
  return mustLoad([{ name: "rules.yaml", text: texts.join("\n") }], fields);
}
