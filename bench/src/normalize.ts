import { type Event, normalize } from "@sentrytap/events";
import { decodeFrame, type MalformedFrame, type Message } from "@sentrytap/wire";
import { type BenchResult, type BenchRow, median } from "./bench-result.ts";
import { readRecordings } from "./recordings.ts";
import { inTurns } from "./turns.ts";

export const name = "normalize";

type Messages = readonly (Message | MalformedFrame)[];
type Look = (event: Event) => void;

const rounds = 15;
const roundMs = 40;
const messageSyscallRaw = 6;

let seen = 0;
const type: Look = (event) => {
  seen += event.type.length;
};
const args: Look = (event) => {
  if (event.args !== undefined) seen++;
};

/**
 * What an event costs of a message that is decoded already: of one with a schema of its own and of a raw call, when only
 * its type is read, and when its arguments are.
 */
export async function run(): Promise<BenchResult> {
  const sandbox = { id: "bench", arch: "x64" } as const;
  const messages = (await readRecordings()).flat().map((packet) => decodeFrame(sandbox, packet));
  const raw = messages.filter(({ messageType }) => messageType === messageSyscallRaw);
  const typed = messages.filter(({ messageType }) => messageType !== messageSyscallRaw).slice(0, raw.length);
  const ways: readonly (readonly [what: string, messages: Messages, look: Look])[] = [
    ["a call with a schema, type read", typed, type],
    ["a raw call, type read", raw, type],
    ["a call with a schema, arguments read", typed, args],
    ["a raw call, arguments read", raw, args],
  ];
  const times = await inTurns(rounds, ways, ([, some, look]) => measure(some, look));
  if (seen === 0) throw new Error("nothing was read");
  const rows = ways.map(([what], i): BenchRow => ({ what, value: median(times[i] ?? []), unit: "ns" }));
  return { rows };
}

/** Nanoseconds that one message takes. */
function measure(messages: Messages, look: Look): number {
  const begin = performance.now();
  let count = 0;
  let elapsed = 0;
  while (elapsed < roundMs) {
    for (const message of messages) normalize(message, look);
    count += messages.length;
    elapsed = performance.now() - begin;
  }
  return (elapsed * 1e6) / count;
}
