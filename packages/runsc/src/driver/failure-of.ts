import { printable } from "@sentrytap/core";
import type { RunscFailure } from "./runsc-error.ts";

// The words are those of gVisor's runsc/cmd/trace/*.go, runsc/container/state_file.go, runsc/sandbox/sandbox.go and
// pkg/sentry/seccheck/config.go, which are the same since 2022. Each pattern holds the text from its beginning on, which is
// runsc's own: further in a sandbox could write what it likes, line ends too.

const doing = "(?:creating|deleting|listing) sessions?|procfs dump";
const doingInside = '(?:(?:creating|deleting|listing) trace session: |getting sandbox "[^"]*" stacks: )?';

const patterns: readonly (readonly [RegExp, RunscFailure])[] = [
  [/^loading sandbox: file does not exist$/, "no-container"],
  // It went while runsc looked for it.
  [/^loading sandbox: open [^\n]*: no such file or directory$/, "no-container"],
  [/^loading sandbox: ID [^\n]* doesn't belong to a sandbox$/, "sub-container"],
  [/^loading sandbox: [^\n]*permission denied$/, "no-permission"],
  [/^creating session: connect\("/, "no-server"],
  [/^creating session: creating trace session: session "[^"\n]*" already exists$/, "session-exists"],
  [/^deleting session: deleting trace session: session "[^"\n]*" not found$/, "no-session"],
  [
    new RegExp(`^(?:${doing}): ${doingInside}(?:connecting to control server|no control socket found) `),
    "not-running",
  ],
];

/** Why a runsc failed that printed `stderr`. */
export function failureOf(stderr: string): RunscFailure {
  const text = stderr.trim();
  return patterns.find(([pattern]) => pattern.test(text))?.[1] ?? "failed";
}

const longest = 1_000;

/** What runsc printed, as one line of bounded length without signs that a terminal would act on. */
export function saidOf(printed: string): string {
  const line = printable(
    printed
      .slice(0, 4 * longest)
      .replace(/\s+/g, " ")
      .trim(),
  );
  return line.length > longest ? `${line.slice(0, longest - 3)}...` : line;
}
