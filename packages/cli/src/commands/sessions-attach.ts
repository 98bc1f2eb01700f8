import { type FoundSandbox, openSession, printable, type Replaced, TraceError } from "sentrytap";
import { chosenSandboxes, shortId, type WhereOptions } from "../chosen-sandboxes.ts";
import { ExitCode } from "../exit-code.ts";
import { fewAtOnce } from "../few-at-once.ts";
import { jsonLine } from "../json-line.ts";
import { type SessionOptions, sessionOf } from "../session-of.ts";
import type { Terminal } from "../terminal.ts";

/** Options of {@link sessionsAttach}. */
export interface SessionsAttachOptions extends WhereOptions, Omit<SessionOptions, "runsc"> {
  readonly takeOver?: boolean;
  readonly json?: boolean;
}

/** What became of a sandbox. */
interface Outcome {
  readonly id: string;
  readonly root: string;
  readonly result: "attached" | "in-use" | "failed";
  /** Whose session had to make room. */
  readonly replaced: Replaced | null;
  readonly error: string | null;
}

/** `sentrytap sessions attach`: gives sandboxes that run sessions for a socket that somebody else listens at. */
export async function sessionsAttach(
  ids: readonly string[],
  options: SessionsAttachOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { runsc: _, takeOver = false, json = false, ...asked } = options;
  const { trace_session: session } = await sessionOf(asked, terminal);
  const { sandboxes, complete } = await chosenSandboxes(ids, options, terminal);
  const outcomes = await fewAtOnce(sandboxes, async (sandbox) => {
    const outcome = await outcomeOf(sandbox, () => openSession(sandbox, session, { takeOver }));
    // Who is read already is what was asked for, unless he was asked for by name.
    const isFine = outcome.result === "attached" || (outcome.result === "in-use" && ids.length === 0);
    if (json) await terminal.print([jsonLine(outcome)]);
    else if (isFine) await terminal.print([describe(outcome)]);
    if (!isFine) terminal.warn(`${printable(sandbox.id)}: ${printable(outcome.error ?? "")}`);
    return isFine;
  });
  return complete && outcomes.every(Boolean) ? ExitCode.fine : ExitCode.failed;
}

async function outcomeOf(
  { id, root }: FoundSandbox,
  work: () => Promise<Replaced | undefined>,
): Promise<Outcome> {
  try {
    return { id, root, result: "attached", replaced: (await work()) ?? null, error: null };
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    const result = error.code === "ERR_SESSION_IN_USE" ? "in-use" : "failed";
    return { id, root, result, replaced: null, error: error.message };
  }
}

const replacing: Readonly<Record<Replaced, string>> = {
  gone: ", in place of a session that nobody read",
  alive: ", in place of a session that somebody read",
  unknown: ", in place of a session of which it is not known whether somebody read it",
};

function describe({ id, result, replaced }: Outcome): string {
  const name = printable(shortId(id));
  if (result === "in-use") return `${name} left alone: somebody reads its session`;
  return `${name} attached${replaced === null ? "" : replacing[replaced]}`;
}
