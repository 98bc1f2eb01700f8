import { type PointShape, type StreamShape, wholeStream } from "@sentrytap/rules";

/** What a release of gVisor can trace. */
export interface Release {
  readonly name: string;
  /** Points with a schema, by name. */
  readonly points: ReadonlyMap<string, Pick<PointShape, "contextFields" | "optionalFields">>;
}

const pointLine = /^Name: ([^\s,]+), optional fields: \[([^\]]*)\], context fields: \[([^\]]*)\]$/gm;

/** Reads what `runsc trace metadata` printed, without its raw points. */
export function readRelease(name: string, printed: string): Release {
  const points = Array.from(printed.matchAll(pointLine), ([, point = "", optional = "", context = ""]) => {
    const shape = { contextFields: namesIn(context), optionalFields: namesIn(optional) };
    return [point, shape] as const;
  });
  if (points.length === 0) throw new Error(`no points of ${name}`);
  return { name, points: new Map(points) };
}

function namesIn(list: string): ReadonlySet<string> {
  return new Set(list.split("|").filter((name) => name !== ""));
}

/** All that a sandbox of `release` can tell. */
export function streamOfRelease({ points }: Release): StreamShape {
  const contexts = new Set(Array.from(points.values(), ({ contextFields }) => [...contextFields]).flat());
  const shapes = wholeStream.points.flatMap((point) => {
    if (!point.decoded) return { ...point, contextFields: contexts };
    const own = points.get(point.name);
    return own === undefined ? [] : { ...point, ...own };
  });
  return { ...wholeStream, points: shapes };
}
