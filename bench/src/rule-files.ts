import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type LoadOptions, loadRules, type RuleSet, type RuleSource } from "@sentrytap/rules";

const shared = fileURLToPath(new URL("../../../shared/rules/", import.meta.url));
const publicNames = ["falco_rules.yaml", "falco-incubating_rules.yaml", "falco-sandbox_rules.yaml"];

/** Falco's three public files, where they stand beside the repository; else `undefined`, and `otherwise` is told. */
export function publicRules(otherwise: string): readonly string[] | undefined {
  if (existsSync(shared)) return publicNames.map((name) => shared + name);
  console.error(`SKIPPED: ${otherwise} (no ${shared})`);
  return undefined;
}

/** The rules that a pipeline is measured with: the public ones where they are, and the starter rules where not. */
export function benchRules(): readonly string[] {
  return publicRules("the public rules: the starter rules instead") ?? starterRules;
}

/** The starter rules. */
export const starterRules: readonly string[] = [
  fileURLToPath(new URL("../../packages/sentrytap/rules/starter_rules.yaml", import.meta.url)),
];

/** The files at `paths`, for {@link load}. */
export function readRules(paths: readonly string[]): readonly RuleSource[] {
  return paths.map((path) => ({ name: path, text: readFileSync(path, "utf8") }));
}

/** The rules of all `sources` together. */
export function load(sources: readonly RuleSource[], options: LoadOptions = {}): RuleSet {
  const loaded = loadRules(sources, options);
  if (!loaded.ok) throw new Error("the rules do not load");
  return loaded.rules;
}
