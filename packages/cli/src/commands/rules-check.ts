import { readFile } from "node:fs/promises";
import {
  type Architecture,
  checkSessionConfig,
  coverageOf,
  loadRules,
  type RuleCoverage,
  readRuleFiles,
  type SessionFile,
  type StreamShape,
  streamOf,
} from "sentrytap";
import { byPlace, type CheckProblem, ofDiagnostic, ofSession, unreadable } from "../check-problem.ts";
import { reportJson, reportText } from "../check-report.ts";
import { ExitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";

/** Options of {@link rulesCheck}. */
export interface RulesCheckOptions {
  readonly json?: boolean;
  readonly session?: string;
  readonly containers?: boolean;
  readonly verbose?: boolean;
  readonly arch?: Architecture;
}

/** What a check has found. */
interface Checked {
  readonly problems: readonly CheckProblem[];
  /** Nothing where there are errors. */
  readonly coverage: readonly RuleCoverage[];
}

/** `sentrytap rules check FILE...`: what is wrong with rules, and which of them can fire. */
export async function rulesCheck(
  files: readonly string[],
  options: RulesCheckOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { json, session, verbose = false } = options;
  const { problems, coverage } = await check(files, options);
  const ok = problems.every(({ severity }) => severity !== "error");
  if (json === true) await terminal.print([reportJson(ok, problems, coverage)]);
  else await terminal.print(reportText(ok, problems, coverage, { session, verbose }));
  return ok ? ExitCode.fine : ExitCode.usage;
}

async function check(files: readonly string[], options: RulesCheckOptions): Promise<Checked> {
  const read = await readRuleFiles(files);
  const loaded = loadRules(read.sources, options.containers === true ? { containers: () => undefined } : {});
  const session = options.session === undefined ? undefined : await readSession(options.session);
  const problems = byPlace([
    ...read.unreadable.map(({ path, why }) => unreadable("rules", path, why)),
    ...(loaded.ok ? loaded.warnings : loaded.diagnostics).map(ofDiagnostic),
    ...(session?.problems ?? []),
  ]);
  if (!loaded.ok || problems.some(({ severity }) => severity === "error")) return { problems, coverage: [] };
  const stream = session?.file && streamOfFile(session.file, options.arch);
  return { problems, coverage: coverageOf(loaded.rules, stream && { stream }) };
}

interface ReadSession {
  readonly file: SessionFile | undefined;
  readonly problems: readonly CheckProblem[];
}

async function readSession(path: string): Promise<ReadSession> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return { file: undefined, problems: [unreadable("session", path, why)] };
  }
  const read = checkSessionConfig(text, path);
  if ("problems" in read) return { file: undefined, problems: read.problems.map(ofSession) };
  return { file: read, problems: read.warnings.map(ofSession) };
}

/** Where a session is attached, the tables begin with what ran before. */
function streamOfFile({ session, sandboxes }: SessionFile, arch: Architecture | undefined): StreamShape {
  return streamOf(session, { seeded: sandboxes === "running", ...(arch !== undefined && { arch }) });
}
