import { isMessage, messageToJson } from "sentrytap";
import { ExitCode } from "../exit-code.ts";
import { jsonLine } from "../json-line.ts";
import { eachRecording } from "../recordings.ts";
import type { Terminal } from "../terminal.ts";

/** `sentrytap decode FILE...`: every message as a line of JSON. */
export async function decode(files: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const fine = await eachRecording(files, {}, terminal, async (messages) => {
    for await (const batch of messages) {
      await terminal.print(batch.filter(isMessage).map((message) => jsonLine(messageToJson(message))));
      if (terminal.closed) return;
    }
  });
  return fine ? ExitCode.fine : ExitCode.failed;
}
