import type { Diagnostics } from "./diagnostics.ts";
import { parseYaml } from "./parse-yaml.ts";
import { readPlainYaml } from "./read-plain-yaml.ts";
import type { SourceFile } from "./source-file.ts";
import type { TokenBudget } from "./yaml-tokens.ts";
import type { YamlDocuments, YamlValue } from "./yaml-value.ts";

/** Words and signs of a value, at least: itself, a mark before it, and a sign or a line end behind it. */
const tokensOfValue = 3;

/** Reads a file's YAML; its mistakes go to `diagnostics`, and none of its documents is given then. */
export function readYaml(
  file: SourceFile,
  budget: TokenBudget,
  diagnostics: Diagnostics,
): YamlDocuments | undefined {
  const plain = readPlainYaml(file.text, budget.left / tokensOfValue);
  if (plain === undefined) return parseYaml(file, budget, diagnostics);
  budget.left -= tokensOfValue * plain.values;
  // What is asked for is always part of what was read.
  return { roots: [plain.root], value: (node) => node as YamlValue };
}
