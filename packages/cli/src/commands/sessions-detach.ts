import { consumerOf, type FoundSandbox, printable, RunscError, TraceError } from "sentrytap";
import { chosenSandboxes, shortId, type WhereOptions } from "../chosen-sandboxes.ts";
import { ExitCode } from "../exit-code.ts";
import { fewAtOnce } from "../few-at-once.ts";
import { jsonLine } from "../json-line.ts";
import type { Terminal } from "../terminal.ts";

/** Options of {@link sessionsDetach}. */
export interface SessionsDetachOptions extends WhereOptions {
  readonly json?: boolean;
}

/** What became of a sandbox's session. */
interface Outcome {
  readonly id: string;
  readonly root: string;
  readonly result: "detached" | "no-session" | "in-use" | "failed";
  readonly error: string | null;
}

/** `sentrytap sessions detach`: removes the sessions of sandboxes; where none is named, those that nobody reads. */
export async function sessionsDetach(
  ids: readonly string[],
  options: SessionsDetachOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { sandboxes, complete } = await chosenSandboxes(ids, options, terminal);
  const outcomes = await fewAtOnce(sandboxes, async (sandbox) => {
    const outcome = await remove(sandbox, ids.length > 0);
    if (options.json === true) await terminal.print([jsonLine(outcome)]);
    else if (outcome.error === null) await terminal.print([describe(outcome)]);
    if (outcome.error !== null) terminal.warn(`${printable(sandbox.id)}: ${printable(outcome.error)}`);
    return outcome.error === null;
  });
  return complete && outcomes.every(Boolean) ? ExitCode.fine : ExitCode.failed;
}

async function remove({ id, root, pid, runsc }: FoundSandbox, isNamed: boolean): Promise<Outcome> {
  const done = (result: Outcome["result"], error: string | null = null): Outcome => ({
    id,
    root,
    result,
    error,
  });
  const consumer = await consumerOf(pid);
  if (!isNamed && (consumer === "alive" || consumer === "unknown")) return done("in-use");
  try {
    await runsc.traceDelete(id);
    return done("detached");
  } catch (error) {
    if (error instanceof RunscError && error.reason === "no-session") return done("no-session");
    if (!(error instanceof TraceError)) throw error;
    return done("failed", error.message);
  }
}

const descriptions: Readonly<Record<Exclude<Outcome["result"], "failed">, string>> = {
  detached: "detached",
  "no-session": "has no session",
  "in-use": "left alone: its session may be read; name it to remove that",
};

function describe({ id, result }: Outcome): string {
  return result === "failed" ? "" : `${printable(shortId(id))} ${descriptions[result]}`;
}
