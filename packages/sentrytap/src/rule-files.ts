import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { TraceError } from "@sentrytap/core";
import { type Diagnostic, formatDiagnostic, loadRules, type RuleSet } from "@sentrytap/rules";

/** Where the starter rules are, for whoever wants to read or refine them. */
export const starterRulesPath: string = fileURLToPath(
  new URL("../rules/starter_rules.yaml", import.meta.url),
);

/** Options of {@link loadRuleFiles}. */
export interface LoadRuleFilesOptions {
  /** Is told of what Falco would warn of: file, line and column, and the line of the file below. Default: nobody. */
  readonly onWarning?: (text: string) => void;
}

/**
 * The rules of `paths`, later files refining earlier ones. Default: the starter rules.
 *
 * @throws {TraceError} `ERR_RULES` where they do not load: the message tells every error with file, line, column
 * and the line of the file. What reading a file throws is the `cause` of such an error, too.
 */
export async function loadRuleFiles(
  paths: readonly string[] = [starterRulesPath],
  options: LoadRuleFilesOptions = {},
): Promise<RuleSet> {
  const sources = await Promise.all(paths.map(async (path) => ({ name: path, text: await read(path) })));
  const loaded = loadRules(sources);
  if (!loaded.ok) throw new TraceError("ERR_RULES", loaded.diagnostics.map(withSnippet).join("\n"));
  for (const warning of loaded.warnings) options.onWarning?.(withSnippet(warning));
  return loaded.rules;
}

function withSnippet(diagnostic: Diagnostic): string {
  return formatDiagnostic(diagnostic, { snippet: true });
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TraceError("ERR_RULES", `cannot read the rules file ${path}: ${why}`, { cause });
  }
}
