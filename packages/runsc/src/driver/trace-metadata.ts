import type { Point } from "../points.ts";
import { linesOf } from "./lines-of.ts";

/** A point of a runsc, and what can be asked of it. */
export interface MetadataPoint extends Point {
  /** The context fields that it offers. */
  readonly contextFields: readonly string[];
}

/** What a runsc can trace. */
export interface TraceMetadata {
  /** Raw points too, by the numbers of the machine's CPU. */
  readonly points: readonly MetadataPoint[];
  /** Names of what sessions can send to: `remote` is the socket. */
  readonly sinks: readonly string[];
}

const pointLine = /^Name: ([^\s,]+), optional fields: \[([^\]]*)\], context fields: \[([^\]]*)\]$/;
const sinkLine = /^Name: ([^\s,]+)$/;

/**
 * What `runsc trace metadata` printed (runsc/cmd/trace/metadata.go): points under a heading that counts them, then sinks.
 *
 * @throws {TypeError} where it is something else.
 */
export function parseTraceMetadata(printed: string): TraceMetadata {
  const lines = linesOf(printed);
  const points = lines.list("POINTS", () => {
    const [name = "", optionalFields = "", contextFields = ""] = lines.next(pointLine, "a point");
    return { name, optionalFields: fieldsIn(optionalFields), contextFields: fieldsIn(contextFields) };
  });
  const sinks = lines.list("SINKS", () => {
    const [name = ""] = lines.next(sinkLine, "a sink");
    return name;
  });
  lines.end();
  return { points, sinks };
}

function fieldsIn(list: string): readonly string[] {
  return list === "" ? [] : list.split("|");
}
