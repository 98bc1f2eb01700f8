import { Buffer } from "node:buffer";
import { errnoName } from "./errno.ts";
import type { Event } from "./event.ts";

/** An event as one JSON object. What is not known is `null`; 64-bit times are decimal text. */
export interface EventJson {
  readonly type: string;
  readonly direction: "enter" | "exit";
  /** Nanoseconds since the epoch. */
  readonly time: string | null;
  readonly sandbox: string;
  readonly container: string | null;
  readonly tid: number | null;
  readonly pid: number | null;
  readonly process: string | null;
  readonly cwd: string | null;
  readonly uid: number | null;
  readonly gid: number | null;
  /** Return value, or the negated errno. */
  readonly result: number | null;
  /** Name of the errno of a call that failed, or its number where it has no name. */
  readonly errno: string | null;
  readonly args: { readonly [name: string]: JsonArgument };
}

/** A parameter's value: bytes are base64. */
export type JsonArgument =
  | string
  | number
  | boolean
  | null
  | readonly JsonArgument[]
  | { readonly [name: string]: JsonArgument };

/** `event` as JSON, in the shape of `sentrytap events`. */
export function eventToJson(event: Event): EventJson {
  const { credentials, errno } = event;
  return {
    type: event.type === "syscall" ? event.args.name : event.type,
    direction: event.direction,
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
    args: argumentsToJson(event.args),
  };
}

function argumentsToJson(args: object): { readonly [name: string]: JsonArgument } {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, toJson(value)]));
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
      return Array.isArray(value) ? value.map(toJson) : argumentsToJson(value);
    default:
      return null;
  }
}
