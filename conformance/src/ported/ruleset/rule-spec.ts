import { formatDiagnostic, type LoadOptions, loadRules, type RuleSet } from "@sentrytap/rules";

/** A rule, as far as a case needs to say. */
export interface RuleSpec {
  readonly name: string;
  /** Default: every chdir matches. */
  readonly condition?: string;
  readonly tags?: readonly string[];
  readonly priority?: string;
  readonly enabled?: boolean;
}

/** Rules as a file has them. */
export function rulesText(specs: readonly RuleSpec[]): string {
  const items = specs.map(
    ({ name, condition = "evt.type = chdir", tags = [], priority = "NOTICE", enabled = true }) => ({
      rule: name,
      desc: "A case.",
      condition,
      output: name,
      priority,
      tags,
      enabled,
    }),
  );
  return JSON.stringify(items);
}

/** The rule set of files that load. */
export function loadTexts(texts: readonly string[], options: LoadOptions = {}): RuleSet {
  const loaded = loadRules(
    texts.map((text, i) => ({ name: `${i}.yaml`, text })),
    options,
  );
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((one) => formatDiagnostic(one)).join("\n"));
  return loaded.rules;
}

/** Names of the rules that are on, in order. */
export function enabledOf({ rules }: RuleSet): readonly string[] {
  return rules.filter(({ enabled }) => enabled).map(({ name }) => name);
}
