import {
  contextFieldNames,
  lastRawSysno,
  pointShape,
  rawPoint,
  tracePoint,
  tracePoints,
} from "@sentrytap/rules";
import { hostArchitecture } from "@sentrytap/wire";
import { type Hint, meant, type Problems, quoted } from "../json/problems.ts";
import { isContextField } from "../point-config.ts";

/** A name in a session file. */
export interface Written {
  readonly value: string;
  readonly offset: number;
}

/** Tells of a point that gVisor does not have. */
export function checkPoint(name: Written, ignoresMissing: boolean, problems: Problems): void {
  const { value, offset } = name;
  if (tracePoint(value) !== undefined || rawPoint(value) !== undefined) return;
  const hint: Hint = value.startsWith("syscall/sysno/")
    ? () => `: raw points are syscall/sysno/N/enter and exit, N up to ${lastRawSysno}`
    : meant(value, pointNames, "runsc trace metadata lists those that there are");
  unknown(`there is no point ${quoted(value)}`, offset, hint, ignoresMissing, problems);
}

const pointNames: readonly string[] = tracePoints.map(({ name }) => name);

/** What gVisor does with a name that it does not know depends on the session. */
function unknown(
  message: string,
  offset: number,
  hint: Hint,
  ignoresMissing: boolean,
  problems: Problems,
): void {
  if (ignoresMissing) problems.warning(`${message}, so gVisor skips it`, offset, hint);
  else problems.error(message, offset, hint);
}

/** Tells of fields that `point` does not offer. */
export function checkFields(
  point: string,
  optional: readonly Written[],
  context: readonly Written[],
  ignoresMissing: boolean,
  problems: Problems,
): void {
  const isKnown = tracePoint(point) !== undefined || rawPoint(point) !== undefined;
  const offered = tracePoint(point)?.optionalFields ?? [];
  for (const { value, offset } of isKnown ? optional : []) {
    if (offered.includes(value)) continue;
    const hint = meant(value, offered, offered.length === 0 ? "it has none" : `it has ${offered.join(", ")}`);
    const message = `${point} has no optional field ${quoted(value)}`;
    unknown(message, offset, hint, ignoresMissing, problems);
  }
  for (const { value, offset } of context) {
    if (isContextField(value)) continue;
    const hint = meant(value, contextFieldNames, `there are ${contextFieldNames.join(", ")}`);
    unknown(`there is no context field ${quoted(value)}`, offset, hint, ignoresMissing, problems);
  }
}

/** Tells of calls that come decoded and raw: rules see each of them twice. The numbers are those of this machine's CPU. */
export function warnOfCallsToldTwice(names: readonly Written[], problems: Problems): void {
  const decoded = new Map<string, string>();
  for (const { value } of names) {
    const point = value.startsWith("syscall/") ? tracePoint(value) : undefined;
    for (const type of point?.eventTypes ?? []) decoded.set(`${type} ${point?.direction}`, value);
  }
  for (const { value, offset } of names) {
    if (rawPoint(value) === undefined) continue;
    const shape = pointShape({ name: value, arch: hostArchitecture, contextFields: [], optionalFields: [] });
    const other = decoded.get(`${shape?.eventTypes[0]} ${shape?.direction}`);
    if (other === undefined) continue;
    problems.warning(
      `${quoted(value)} tells of the calls of ${quoted(other)} again: rules see each of them twice`,
      offset,
    );
  }
}
