import { type Architecture, eventToJson, events as normalizeEvents, pipe } from "sentrytap";
import { ExitCode } from "../exit-code.ts";
import { eachRecording } from "../recordings.ts";
import type { Terminal } from "../terminal.ts";

/** Options of {@link events}. */
export interface EventsOptions {
  readonly arch?: Architecture;
}

/** `sentrytap events FILE...`: every normalized event as a line of JSON. */
export async function events(
  files: readonly string[],
  options: EventsOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const fine = await eachRecording(
    files,
    terminal,
    async (messages) => {
      for await (const batch of pipe(messages, normalizeEvents())) {
        await terminal.print(batch.map((event) => JSON.stringify(eventToJson(event))));
        if (terminal.closed) return;
      }
    },
    options.arch,
  );
  return fine ? ExitCode.fine : ExitCode.failed;
}
