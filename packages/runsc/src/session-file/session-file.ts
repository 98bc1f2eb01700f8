import type { SessionConfig } from "../trace-session-config.ts";

/** Something wrong with a session file. */
export interface SessionProblem {
  /** A session with an error is not created; what a warning is about is skipped, or costs for nothing. */
  readonly severity: "error" | "warning";
  /** As the file was named. */
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  /** What is wrong, and how to mend it. */
  readonly message: string;
}

/** A session file that has been read. */
export interface SessionFile {
  readonly session: SessionConfig;
  /**
   * For whom it is. `new`: for sandboxes from their start, the shape of `runsc --pod-init-config`. `running`: for one that
   * runs already, the bare session of `runsc trace create --config`.
   */
  readonly sandboxes: "new" | "running";
  readonly warnings: readonly SessionProblem[];
}

/** `file:line:column: error: message`, as editors and terminals know to link. */
export function formatSessionProblem({ file, line, column, severity, message }: SessionProblem): string {
  return `${file}:${line}:${column}: ${severity}: ${message}`;
}
