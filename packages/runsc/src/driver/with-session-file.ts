import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TraceSessionConfig } from "../trace-session-config.ts";

/**
 * Calls `use` with the path of a file, `name` in a folder of its own, that has `session` and that nobody else can read or exchange; then
 * it is removed.
 * A setup error that is ignored leaves a running sandbox with no socket to send to, which it refuses for another reason than
 * the true one.
 */
export async function withSessionFile<T>(
  session: TraceSessionConfig,
  name: string,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "sentrytap-session-"));
  try {
    const file = join(folder, name);
    const sinks = session.sinks.map((sink) => ({ ...sink, ignore_setup_error: false }));
    await writeFile(file, JSON.stringify({ ...session, sinks }), { flag: "wx", mode: 0o600 });
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
