import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { syscallName } from "@sentrytap/events";
import { tracePoints } from "@sentrytap/rules";
import type { PointRequest } from "@sentrytap/runsc";
import { payloadSchemas } from "@sentrytap/wire";

// A recording of a session that asks for everything, as it would be of one that asks for less.

const headerSize = 8;

const happenings: Readonly<Record<number, string>> = {
  1: "container/start",
  2: "sentry/clone",
  3: "sentry/execve",
  4: "sentry/exit_notify_parent",
  5: "sentry/task_exit",
  35: "sentry/mmap",
};

/** Fields of messages by the context field, or the optional field, that a session asks for them with. */
const contextFields: Readonly<Record<string, string>> = {
  time: "timeNs",
  thread_id: "threadId",
  task_start_time: "threadStartTimeNs",
  group_id: "threadGroupId",
  thread_group_start_time: "threadGroupStartTimeNs",
  container_id: "containerId",
  credentials: "credentials",
  cwd: "cwd",
  process_name: "processName",
  parent_thread_group_id: "parentThreadGroupId",
  is_exec_session: "isExecSession",
};
const optionalFields: Readonly<Record<string, readonly string[]>> = {
  fd_path: ["fdPath"],
  envv: ["envv"],
  binary_info: ["binaryMode", "binaryUid", "binaryGid"],
};

/** The system call's point, by the event type that its messages become. */
const callPoints: ReadonlyMap<string, string> = new Map(
  tracePoints.flatMap(({ name, direction, eventTypes }) =>
    name.startsWith("syscall/") ? eventTypes.map((type) => [`${type} ${direction}`, name] as const) : [],
  ),
);

/** Makes of each packet what a session with `points` would send, or nothing. */
export function thinner(
  points: readonly PointRequest[],
): (packet: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | undefined {
  const asked = new Map(points.map((point) => [point.name, point]));
  return (packet) => {
    const type = new DataView(packet.buffer, packet.byteOffset).getUint16(2, true);
    const schema = payloadSchemas[type];
    if (schema === undefined) return packet;
    const message = reflect(schema, fromBinary(schema, packet.subarray(headerSize)));
    const value = (field: string): unknown => {
      const found = schema.fields.find(({ localName }) => localName === field);
      return found && message.isSet(found) ? message.get(found) : undefined;
    };
    const name =
      happenings[type] ?? callPoint(type, Number(value("sysno") ?? 0), value("exit") !== undefined);
    const point = asked.get(name);
    if (point === undefined) return undefined;
    for (const field of schema.fields) {
      const { localName } = field;
      const isAsked = Object.entries(optionalFields).every(
        ([option, names]) => !names.includes(localName) || point.optional_fields?.includes(option),
      );
      const hidesEnv = type === 1 && localName === "env" && !point.optional_fields?.includes("env");
      if (!isAsked || hidesEnv) message.clear(field);
      if (localName !== "contextData" || field.fieldKind !== "message" || !message.isSet(field)) continue;
      const context = message.get(field);
      const askedContext = new Set(point.context_fields.map((each) => contextFields[each]));
      for (const each of field.message.fields) if (!askedContext.has(each.localName)) context.clear(each);
    }
    const payload = toBinary(schema, message.message);
    const result = new Uint8Array(headerSize + payload.length);
    result.set(packet.subarray(0, headerSize));
    result.set(payload, headerSize);
    return result;
  };
}

function callPoint(type: number, sysno: number, isExit: boolean): string {
  const direction = isExit ? "exit" : "enter";
  if (type === 6) return `syscall/sysno/${sysno}/${direction}`;
  return callPoints.get(`${syscallName("x64", sysno)} ${direction}`) ?? "";
}
