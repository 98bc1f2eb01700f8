import { linesOf } from "./lines-of.ts";

/** A session that a sandbox has. */
export interface TraceSession {
  /** As runsc quotes it, without the quotes: `Default`. */
  readonly name: string;
  readonly sinks: readonly TraceSink[];
}

/** Where a session sends what it traces. */
export interface TraceSink {
  readonly name: string;
  /** Points that it could not send, since the session began. The sandbox says so. */
  readonly dropped: number;
}

const sessionLine = /^"((?:[^"\\]|\\.){0,1000})"$/;
const sinkLine = /^\tSink: "((?:[^"\\]|\\.){0,1000})", dropped: ([0-9]{1,15})$/;

/**
 * What `runsc trace list` printed (runsc/cmd/trace/list.go). Names in it are the sandbox's, in quotes as Go writes them.
 *
 * @throws {TypeError} where it is something else.
 */
export function parseTraceSessions(printed: string): readonly TraceSession[] {
  const lines = linesOf(printed);
  const sessions = lines.list("SESSIONS", () => {
    const [name = ""] = lines.next(sessionLine, "the name of a session in quotes");
    const sinks: TraceSink[] = [];
    while (lines.at(sinkLine)) {
      const [sink = "", dropped = ""] = lines.next(sinkLine, "a sink");
      sinks.push({ name: sink, dropped: Number(dropped) });
    }
    return { name, sinks };
  });
  lines.end();
  return sessions;
}
