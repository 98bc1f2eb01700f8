import { type SyscallName, syscallName } from "@sentrytap/events";
import type { Architecture } from "../architecture.ts";
import { callFields, happenings } from "./point-fields.ts";

// The trace points of gVisor that have a schema (pkg/sentry/seccheck/metadata*.go), and the events that come of them. Every
// system call also has a raw point, of its number: syscall/sysno/N.

/** A trace point, and what comes of it. */
export interface TracePoint {
  /** As a session file names it: `syscall/openat/exit`. */
  readonly name: string;
  /** The types of the events that its messages become. */
  readonly eventTypes: readonly string[];
  /** Rules see calls when they return: an `enter` only tells what changed while the call went on. */
  readonly direction: "enter" | "exit";
  /** The optional fields that it offers, those of the newest sources among them. */
  readonly optionalFields: readonly string[];
}

/** Events are named after Falco, points after Linux. */
const falcoNames: Readonly<Record<string, string>> = {
  pread64: "pread",
  pwrite64: "pwrite",
  prlimit64: "prlimit",
};

/** Every point with a schema: happenings, and of each system call its enter and its exit. */
export const tracePoints: readonly TracePoint[] = [
  ...Object.entries(happenings).map(([name, point]) => ({ name, direction: "exit" as const, ...point })),
  ...Object.entries(callFields).flatMap(([call, optionalFields]) =>
    (["enter", "exit"] as const).map((direction) => ({
      name: `syscall/${call}/${direction}`,
      eventTypes: [falcoNames[call] ?? call],
      direction,
      optionalFields,
    })),
  ),
];

const byName = new Map(tracePoints.map((point) => [point.name, point]));

/** The point with a schema that a session file calls `name`. */
export function tracePoint(name: string): TracePoint | undefined {
  return byName.get(name);
}

/** The call of a raw point. */
export interface RawPoint {
  readonly sysno: number;
  readonly direction: "enter" | "exit";
}

/** Takes `syscall/sysno/87/exit` apart; `undefined` where no raw point has that name. */
export function rawPoint(name: string): RawPoint | undefined {
  const [, digits, direction] = /^syscall\/sysno\/(0|[1-9][0-9]{0,3})\/(enter|exit)$/.exec(name) ?? [];
  if (digits === undefined || (direction !== "enter" && direction !== "exit")) return undefined;
  const sysno = Number(digits);
  return sysno <= lastRawSysno ? { sysno, direction } : undefined;
}

/** The largest number that has a raw point: calls that are newer come by no point (metadata_amd64.go, metadata_arm64.go). */
export const lastRawSysno = 441;

let numbers: ReadonlyMap<string, Readonly<Partial<Record<Architecture, number>>>> | undefined;

/** The numbers of the calls that have raw points, on each architecture, by Falco's names of them. */
export function syscallNumbers(): ReadonlyMap<string, Readonly<Partial<Record<Architecture, number>>>> {
  if (numbers !== undefined) return numbers;
  const found = new Map<SyscallName, Partial<Record<Architecture, number>>>();
  for (const arch of ["x64", "arm64"] as const) {
    for (let sysno = 0; sysno <= lastRawSysno; sysno++) {
      const name = syscallName(arch, sysno);
      if (name !== undefined) found.set(name, { ...found.get(name), [arch]: sysno });
    }
  }
  numbers = found;
  return numbers;
}
