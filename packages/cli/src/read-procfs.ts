import { readFile } from "node:fs/promises";
import { type ProcfsDump, parseProcfs, TraceError } from "sentrytap";
import type { Terminal } from "./terminal.ts";

/**
 * The processes in `file`, which has what `runsc trace procfs` printed.
 *
 * @throws {TraceError} `ERR_PROCFS` where it cannot be read, or is no such dump.
 */
export async function readProcfs(file: string, terminal: Terminal): Promise<ProcfsDump> {
  const dump = parse(file, await read(file));
  if (dump.skipped > 0) terminal.warn(`${file}: lines that are no process, and are skipped: ${dump.skipped}`);
  return dump;
}

function parse(file: string, text: string): ProcfsDump {
  try {
    return parseProcfs(text);
  } catch (cause) {
    if (!(cause instanceof TraceError)) throw cause;
    throw new TraceError(cause.code, `${file}: ${cause.message}`, { cause });
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TraceError("ERR_PROCFS", `cannot read the dump of procfs ${file}: ${why}`, { cause });
  }
}
