import { parseJson } from "../json/parse-json.ts";
import { createProblems } from "../json/problems.ts";
import type { SessionFile, SessionProblem } from "./session-file.ts";
import { sessionIn } from "./session-reader.ts";

/** Characters that a session file may have: more than one that asks for every point with every field. */
const maxLength = 4 * 1024 * 1024;

/**
 * What {@link readSessionConfig} reads, or everything that is wrong with the file, at least one of it an error: nothing is
 * thrown.
 */
export function checkSessionConfig(
  text: string,
  name: string,
): SessionFile | { readonly problems: readonly SessionProblem[] } {
  const problems = createProblems(text, name);
  if (text.length > maxLength) {
    problems.error(`${text.length} characters long: a session file has at most ${maxLength}`, 0);
    return { problems: problems.all };
  }
  const root = parseJson(text);
  if ("message" in root) {
    problems.error(`no JSON: ${root.message}`, root.offset);
    return { problems: problems.all };
  }
  const read = sessionIn(root, problems);
  if (read === undefined || problems.failed) return { problems: problems.all };
  return { ...read, warnings: problems.all };
}
