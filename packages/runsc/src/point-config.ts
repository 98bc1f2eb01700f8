import {
  type ContextField,
  contextFieldNames,
  type OptionalField,
  rawPoint,
  type TracePointName,
  tracePoint,
} from "@sentrytap/rules";

/** A point as a session file asks for it, whether or not gVisor has it. */
export interface PointRequest {
  /** `syscall/openat/exit`. */
  readonly name: string;
  readonly optional_fields?: readonly string[];
  readonly context_fields: readonly string[];
}

interface NamedPoint<Name extends TracePointName> extends PointRequest {
  readonly name: Name;
  readonly optional_fields?: readonly OptionalField<Name>[];
  readonly context_fields: readonly ContextField[];
}

/** A system call by its number on the CPU that the sandbox has, as registers: without paths and data. N is at most 441. */
export interface RawPointConfig extends PointRequest {
  readonly name: `syscall/sysno/${number}/${"enter" | "exit"}`;
  readonly optional_fields?: readonly never[];
  readonly context_fields: readonly ContextField[];
}

/**
 * A point that gVisor has, with fields that it offers, those of the newest sources among them: with `ignore_missing` an older
 * runsc skips what it lacks.
 *
 * @example
 * const opens: PointConfig = {
 *   name: "syscall/openat/exit",
 *   optional_fields: ["fd_path"],
 *   context_fields: ["time", "thread_id", "group_id", "container_id", "cwd"],
 * };
 */
export type PointConfig = { [Name in TracePointName]: NamedPoint<Name> }[TracePointName] | RawPointConfig;

/** Whether gVisor has such a point, with such fields. */
export function isPointConfig(point: PointRequest): point is PointConfig {
  const { name, optional_fields: optionalFields = [], context_fields: contextFields } = point;
  const offered = tracePoint(name)?.optionalFields ?? (rawPoint(name) && []);
  return (
    offered !== undefined &&
    optionalFields.every((field) => offered.includes(field)) &&
    contextFields.every(isContextField)
  );
}

/** Whether points have a context field of this name. */
export function isContextField(name: string): name is ContextField {
  return names.has(name);
}

const names: ReadonlySet<string> = new Set(contextFieldNames);
