import { syscallName } from "@sentrytap/events";
import type { Architecture } from "../architecture.ts";
import { contextFieldNames } from "./point-fields.ts";
import { rawPoint, syscallNumbers, tracePoint, tracePoints } from "./trace-points.ts";

/** What the messages of one trace point carry. */
export interface PointShape {
  /** As a session file names it: `syscall/openat/exit`, or `syscall/sysno/257/exit` of a raw point. */
  readonly name: string;
  /** The types of the events that its messages become. */
  readonly eventTypes: readonly string[];
  /** Rules see exits, and what happens once. */
  readonly direction: "enter" | "exit";
  /** Whether the messages are decoded; raw ones have number and registers alone, neither paths nor data. */
  readonly decoded: boolean;
  readonly contextFields: ReadonlySet<string>;
  readonly optionalFields: ReadonlySet<string>;
}

/** What comes of a sandbox: which points, with which fields, and what is known beside them. */
export interface StreamShape {
  readonly points: readonly PointShape[];
  /** Sources outside the sandbox that fill fields, as `FieldCoverage.filledBy` names them. */
  readonly filledBy: ReadonlySet<string>;
  /** Whether the tables may begin with what ran before, from a dump of procfs. */
  readonly seeded: boolean;
}

/** Stands for the types of calls that no condition can name. */
export const unnamedType = "syscall.N";

/**
 * All that a gVisor sandbox can tell: every point with a schema with all its fields, every system call of x86-64 and arm64
 * as a raw point, and a dump of procfs; nothing from outside the sandbox.
 */
export const wholeStream: StreamShape = {
  points: [...decodedPoints(), ...rawPoints()],
  filledBy: new Set(),
  seeded: true,
};

function decodedPoints(): readonly PointShape[] {
  const contextFields = new Set<string>(contextFieldNames);
  return tracePoints.map(({ optionalFields, ...point }) => ({
    ...point,
    decoded: true,
    contextFields,
    optionalFields: new Set(optionalFields),
  }));
}

function rawPoints(): readonly PointShape[] {
  const contextFields = new Set<string>(contextFieldNames);
  const optionalFields: ReadonlySet<string> = new Set();
  const shapes: PointShape[] = [];
  for (const [call, numbers] of syscallNumbers()) {
    for (const sysno of new Set(Object.values(numbers))) {
      for (const direction of ["enter", "exit"] as const) {
        const name = `syscall/sysno/${sysno}/${direction}`;
        shapes.push({ name, eventTypes: [call], direction, decoded: false, contextFields, optionalFields });
      }
    }
  }
  // Calls newer than this version come under their number.
  const unknown = { name: "syscall/sysno/N/exit", eventTypes: [unnamedType], direction: "exit" } as const;
  return [...shapes, { ...unknown, decoded: false, contextFields, optionalFields }];
}

/** What a session asks of a point. */
export interface AskedPoint {
  /** As the session file names it. */
  readonly name: string;
  readonly contextFields: Iterable<string>;
  readonly optionalFields: Iterable<string>;
  /** The CPU that the sandbox has, which raw points are numbered by. */
  readonly arch: Architecture;
}

/** What comes of a point that a session asks for; `undefined` where gVisor has none of that name. */
export function pointShape({ name, arch, ...asked }: AskedPoint): PointShape | undefined {
  const contextFields = new Set(asked.contextFields);
  const optionalFields = new Set(asked.optionalFields);
  const known = tracePoint(name);
  if (known !== undefined) {
    const { eventTypes, direction } = known;
    return { name, eventTypes, direction, decoded: true, contextFields, optionalFields };
  }
  const raw = rawPoint(name);
  if (raw === undefined) return undefined;
  const eventTypes = [syscallName(arch, raw.sysno) ?? unnamedType];
  return { name, eventTypes, direction: raw.direction, decoded: false, contextFields, optionalFields };
}
