import { Buffer } from "node:buffer";
import type { ContextDataView } from "@sentrytap/wire";
import { errnoName } from "./errno.ts";
import type { Event } from "./event.ts";
import type { EventCategory } from "./event-base.ts";
import { readProcessContext } from "./process-context.ts";

/** An event as one JSON object. What is not known is `null`; times and other 64-bit numbers are decimal text. */
export interface EventJson {
  /** The event's type; of a system call told by its number alone, the name of the call. */
  readonly type: string;
  readonly direction: "enter" | "exit";
  readonly category: EventCategory;
  /** Nanoseconds since the epoch. */
  readonly time: string | null;
  readonly sandbox: string;
  readonly container: string | null;
  readonly tid: number | null;
  readonly pid: number | null;
  readonly process: string | null;
  readonly cwd: string | null;
  /** The effective ids. */
  readonly uid: number | null;
  readonly gid: number | null;
  /** Return value, or the negated errno. */
  readonly result: number | null;
  /** Name of the errno of a call that failed, or its number where it has no name. */
  readonly errno: string | null;
  /** What the Sentry calls the descriptor that the call takes. */
  readonly fdPath: string | null;
  /** The parameters, as the event's type has them. */
  readonly args: JsonObject;
  /** What the Sentry says of the thread beside: starts, parent, all ids. */
  readonly context: JsonObject | null;
}

/** A part of an event. */
export interface JsonObject {
  readonly [name: string]: JsonArgument;
}

/** A parameter's value: bytes are base64. */
export type JsonArgument = string | number | boolean | null | readonly JsonArgument[] | JsonObject;

/** `event` as JSON, in the shape of `sentrytap events`. */
export function eventToJson(event: Event): EventJson {
  const { context, credentials, errno } = event;
  return {
    type: event.type === "syscall" ? event.args.name : event.type,
    direction: event.direction,
    category: event.category,
    time: event.timeNs?.toString() ?? null,
    sandbox: event.sandbox.id,
    container: event.containerId ?? null,
    tid: event.tid ?? null,
    pid: event.pid ?? null,
    process: event.processName ?? null,
    cwd: event.cwd ?? null,
    uid: credentials?.effectiveUid ?? null,
    gid: credentials?.effectiveGid ?? null,
    result: event.result ?? null,
    errno: errno === undefined ? null : (errnoName(errno) ?? String(errno)),
    fdPath: event.fdPath ?? null,
    args: toObject(event.args),
    context: context === undefined ? null : contextToJson(context),
  };
}

/** What of the context is not at the top already. */
function contextToJson(context: ContextDataView): JsonObject {
  const { threadStartTimeNs, processStartTimeNs, parentPid, credentials, isExecSession } =
    readProcessContext(context);
  return toObject({ threadStartTimeNs, processStartTimeNs, parentPid, credentials, isExecSession });
}

function toObject(value: object): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toJson(part)]));
}

function toJson(value: unknown): JsonArgument {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    case "bigint":
      return value.toString();
    case "object":
      if (value === null) return null;
      if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
      return Array.isArray(value) ? value.map(toJson) : toObject(value);
    default:
      return null;
  }
}
