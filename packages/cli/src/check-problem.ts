import {
  type Diagnostic,
  formatDiagnostic,
  formatSessionProblem,
  printable,
  type SessionProblem,
} from "sentrytap";

/** A problem of a rules or session file, as `sentrytap rules check` tells it. */
export interface CheckProblem {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Name of the rule, macro or list; empty where there is none. */
  readonly item: string;
  readonly message: string;
  /** All of it for people, of several lines. */
  readonly text: string;
}

/** The problem that `diagnostic` tells of. */
export function ofDiagnostic(diagnostic: Diagnostic): CheckProblem {
  const { severity, code, file, line, column, item, message } = diagnostic;
  const text = formatDiagnostic(diagnostic, { snippet: true });
  return { severity, code, file, line, column, item, message, text };
}

/** The problem of a session file, which has no codes of its own. */
export function ofSession(problem: SessionProblem): CheckProblem {
  const { severity, file, line, column, message } = problem;
  const code = severity === "error" ? "LOAD_ERR_SESSION" : "LOAD_SESSION";
  return {
    severity,
    code,
    file,
    line,
    column,
    item: "",
    message,
    text: printable(formatSessionProblem(problem)),
  };
}

/** A file that cannot be read; `what` it should be. */
export function unreadable(what: "rules" | "session", file: string, why: string): CheckProblem {
  const message = `cannot read the ${what} file ${file}: ${why}`;
  const place = { file, line: 1, column: 1, item: "" };
  return {
    severity: "error",
    code: "LOAD_ERR_FILE_READ",
    ...place,
    message,
    text: printable(`${file}:1:1: error LOAD_ERR_FILE_READ: ${message}`),
  };
}

/** In the order of the files that `problems` first tells of, and by their places in these, as a reader goes through them. */
export function byPlace(problems: readonly CheckProblem[]): readonly CheckProblem[] {
  const files = [...new Set(problems.map(({ file }) => file))];
  return [...problems].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
