import { fileURLToPath } from "node:url";
import { TraceError } from "@sentrytap/core";
import {
  type Diagnostic,
  formatDiagnostic,
  type LoadOptions,
  loadRules,
  type RuleSet,
  type RuleSource,
} from "@sentrytap/rules";
import { readRuleFiles } from "./read-rule-files.ts";

/** Where the starter rules are, for whoever wants to read or refine them. */
export const starterRulesPath: string = fileURLToPath(
  new URL("../rules/starter_rules.yaml", import.meta.url),
);

/** Options of {@link loadRuleFiles}. */
export interface LoadRuleFilesOptions extends LoadOptions {
  /**
   * Is told of what Falco would warn of: file, line and column, and the line of the file below; and of steps of `select` that
   * named no rule. Default: nobody.
   */
  readonly onWarning?: (text: string) => void;
}

/**
 * The rules of `paths`, later files refining earlier ones. Of a directory these are its files `*.yaml` and `*.yml`, by name,
 * as Falco takes them. Default: the starter rules.
 *
 * @throws {TraceError} `ERR_RULES` where they do not load: the message tells every error with file, line, column
 * and the line of the file. What reading a file throws is the `cause` of such an error, too. `ERR_INVALID_ARGUMENT`
 * where an option is wrong.
 */
export async function loadRuleFiles(
  paths: readonly string[] = [starterRulesPath],
  options: LoadRuleFilesOptions = {},
): Promise<RuleSet> {
  return loadSources(await readSources(paths), options);
}

/**
 * The texts of `paths`, as {@link loadRuleFiles} takes them.
 *
 * @throws {TraceError} `ERR_RULES` where one of them cannot be read.
 */
export async function readSources(
  paths: readonly string[] = [starterRulesPath],
): Promise<readonly RuleSource[]> {
  const { sources, unreadable } = await readRuleFiles(paths);
  for (const { path, why, cause } of unreadable) {
    throw new TraceError("ERR_RULES", `cannot read the rules file ${path}: ${why}`, { cause });
  }
  return sources;
}

/** @throws {TraceError} `ERR_RULES` where they do not load. */
export function loadSources(sources: readonly RuleSource[], options: LoadRuleFilesOptions = {}): RuleSet {
  const loaded = loadRules(sources, options);
  if (!loaded.ok) throw new TraceError("ERR_RULES", loaded.diagnostics.map(withSnippet).join("\n"));
  for (const warning of loaded.warnings) options.onWarning?.(withSnippet(warning));
  for (const { message } of loaded.unmatched) options.onWarning?.(`selection of rules: ${message}`);
  return loaded.rules;
}

function withSnippet(diagnostic: Diagnostic): string {
  return formatDiagnostic(diagnostic, { snippet: true });
}
