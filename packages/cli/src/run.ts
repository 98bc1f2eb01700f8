import { CommanderError } from "commander";
import { TraceError } from "sentrytap";
import { ExitCode, exitCodeOf } from "./exit-code.ts";
import { createProgram } from "./program.ts";
import { type Streams, Terminal } from "./terminal.ts";

/** Runs the command with `args` (without the program's name) to its end. Never throws. */
export async function run(args: readonly string[], streams: Streams = process): Promise<ExitCode> {
  const terminal = new Terminal(streams);
  let code: ExitCode = ExitCode.fine;
  const program = createProgram(terminal, streams, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    terminal.done();
    // Commander has said what is wrong already.
    if (!(error instanceof CommanderError)) tell(error, terminal);
    return exitCodeOf(error);
  }
}

function tell(error: unknown, terminal: Terminal): void {
  // Lines that begin with their file, as editors and terminals know to link.
  if (error instanceof TraceError && (error.code === "ERR_RULES" || error.code === "ERR_DAEMON_JSON"))
    terminal.say(error.message);
  else terminal.warn(describe(error));
}

function describe(error: unknown): string {
  if (error instanceof TraceError) return error.message;
  if (error instanceof Error) return "syscall" in error ? error.message : (error.stack ?? error.message);
  return String(error);
}
