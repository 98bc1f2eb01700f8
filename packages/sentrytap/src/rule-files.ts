import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TraceError } from "@sentrytap/core";
import {
  type Diagnostic,
  formatDiagnostic,
  type LoadOptions,
  loadRules,
  type RuleSet,
} from "@sentrytap/rules";

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
  const files = (await Promise.all(paths.map(filesOf))).flat();
  const sources = await Promise.all(files.map(async (path) => ({ name: path, text: await read(path) })));
  const loaded = loadRules(sources, options);
  if (!loaded.ok) throw new TraceError("ERR_RULES", loaded.diagnostics.map(withSnippet).join("\n"));
  for (const warning of loaded.warnings) options.onWarning?.(withSnippet(warning));
  for (const { message } of loaded.unmatched) options.onWarning?.(`selection of rules: ${message}`);
  return loaded.rules;
}

function withSnippet(diagnostic: Diagnostic): string {
  return formatDiagnostic(diagnostic, { snippet: true });
}

async function filesOf(path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => /\.ya?ml$/.test(name)).sort();
    return names.map((name) => join(path, name));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): TraceError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TraceError("ERR_RULES", `cannot read the rules file ${path}: ${why}`, { cause });
}
