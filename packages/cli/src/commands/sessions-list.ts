import { type Consumer, consumerOf, type FoundSandbox, printable, TraceError } from "sentrytap";
import { chosenSandboxes, shortId, type WhereOptions } from "../chosen-sandboxes.ts";
import { ExitCode } from "../exit-code.ts";
import { fewAtOnce } from "../few-at-once.ts";
import { jsonLine } from "../json-line.ts";
import { table } from "../table.ts";
import type { Terminal } from "../terminal.ts";

/** Options of {@link sessionsList}. */
export interface SessionsListOptions extends WhereOptions {
  readonly json?: boolean;
}

/** What is known of a sandbox's session; `null` where the sandbox cannot be asked. */
interface SessionState {
  readonly id: string;
  readonly root: string;
  readonly pid: number;
  readonly session: boolean | null;
  readonly consumer: Consumer;
  /** Points that could not be sent, by the sandbox's own count. */
  readonly dropped: number | null;
  readonly error: string | null;
}

/** `sentrytap sessions list`: the sandboxes that run, and whether somebody reads their sessions. */
export async function sessionsList(options: SessionsListOptions, terminal: Terminal): Promise<ExitCode> {
  const { sandboxes, complete } = await chosenSandboxes([], options, terminal);
  const states = await fewAtOnce(sandboxes, stateOf);
  if (options.json === true) await terminal.print(states.map(jsonLine));
  else if (states.length > 0) await terminal.print(table([headings, ...states.map(row)]));
  else if (complete) terminal.warn("no sandbox runs where it was looked: --root says where else");
  const failed = states.filter(({ error }) => error !== null);
  for (const { id, error } of failed) terminal.warn(`${printable(id)}: ${printable(error ?? "")}`);
  return complete && failed.length === 0 ? ExitCode.fine : ExitCode.failed;
}

async function stateOf({ id, root, pid, runsc }: FoundSandbox): Promise<SessionState> {
  const state = { id, root, pid, consumer: await consumerOf(pid) };
  try {
    const [session] = await runsc.traceList(id);
    const dropped = session?.sinks.reduce((sum, sink) => sum + sink.dropped, 0) ?? null;
    return { ...state, session: session !== undefined, dropped, error: null };
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return { ...state, session: null, dropped: null, error: error.message };
  }
}

const headings = ["sandbox", "session", "reader", "dropped", "process", "root"];

const readers: Readonly<Record<Consumer, string>> = {
  alive: "alive",
  gone: "gone",
  none: "-",
  unknown: "unknown",
};

function row({ id, root, pid, session, consumer, dropped }: SessionState): readonly string[] {
  const has = session === null ? "unknown" : session ? "yes" : "no";
  return [
    printable(shortId(id)),
    has,
    session === false ? "-" : readers[consumer],
    dropped === null ? "-" : String(dropped),
    String(pid),
    printable(root),
  ];
}
