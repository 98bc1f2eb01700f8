import { decodeFrame, type TracedSandbox } from "@sentrytap/wire";
import { describe, expect, it } from "vitest";
import { corpus, fixtures, type Recording } from "../../wire/test/corpus.ts";
import type { Event } from "../src/event.ts";
import { eventToJson } from "../src/json.ts";
import { normalize } from "../src/normalize.ts";

/** What of a recording is not as it should be. */
function faults(recording: Recording): string[] {
  const sandbox: TracedSandbox = { id: recording.name, arch: "x64" };
  const found: string[] = [];
  for (const [index, packet] of recording.packets().entries()) {
    const message = decodeFrame(sandbox, packet);
    const events: Event[] = [];
    normalize(message, (event) => events.push(event));
    if (events.length === 0) found.push(`${index}: no event`);
    for (const event of events) {
      if (event.type === "gap") found.push(`${index}: ${event.args.kind}`);
      if ((event.type === "syscall") !== (message.messageType === 6)) found.push(`${index}: ${event.type}`);
      // Reads every parameter.
      JSON.stringify(eventToJson(event));
    }
  }
  return found;
}

describe("every message of a recording is an event of a type of its own, but for raw ones", () => {
  it.each(fixtures.map((one) => [one.name, one] as const))("%s", (_, recording) => {
    expect(faults(recording)).toEqual([]);
  });

  it("so they are of the whole corpus", () => {
    for (const recording of corpus()) expect(faults(recording), recording.name).toEqual([]);
  }, 300_000);
});
