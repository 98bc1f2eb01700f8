import { create, type DescMessage, toBinary } from "@bufbuild/protobuf";
import {
  decodeFrame,
  encodeFrame,
  type KnownMessage,
  MessageType,
  payloadSchemas,
  type TracedSandbox,
} from "@sentrytap/wire";
import type { Event } from "../src/event.ts";
import { normalize } from "../src/normalize.ts";

// Messages and events made up by the tests, through the same bytes that a Sentry would send.

export const box: TracedSandbox = { id: "box", arch: "x64" };

/** Fields of a message, under the names of protobuf-es: `{ pathname: "/x", contextData: { threadId: 1 } }`. */
export type Fields = Readonly<Record<string, unknown>>;

/** A type of message by its name: `SYSCALL_OPEN`. */
export type MessageName = NameOf<keyof typeof MessageType>;
type NameOf<Constant> = Constant extends `MESSAGE_${infer Name}` ? Name : never;

/** The message `name` with `fields`, decoded from bytes, of a Sentry that has dropped `droppedCount` before. */
export function message(
  name: MessageName,
  fields: Fields = {},
  sandbox: TracedSandbox = box,
  droppedCount = 0,
): KnownMessage {
  const type: number = MessageType[`MESSAGE_${name}`];
  const schema = payloadSchemas[type] as DescMessage;
  const decoded = decodeFrame(
    sandbox,
    encodeFrame(type, toBinary(schema, create(schema, fields)), { droppedCount }),
  );
  if (decoded.messageType === -1 || decoded.messageType === 0) throw new Error(`${name} does not decode`);
  return decoded;
}

/** All events of the message `name` with `fields`. */
export function eventsOf(name: MessageName, fields: Fields = {}, sandbox: TracedSandbox = box): Event[] {
  const made: Event[] = [];
  normalize(message(name, fields, sandbox), (event) => made.push(event));
  return made;
}

/** The one event of the message `name` with `fields`. */
export function eventOf(name: MessageName, fields: Fields = {}, sandbox: TracedSandbox = box): Event {
  const [event, ...others] = eventsOf(name, fields, sandbox);
  if (event === undefined || others.length > 0) throw new Error(`${name} makes ${others.length + 1} events`);
  return event;
}

/** The `exit` of a call that returned `result`. */
export function returned(result: number | bigint = 0): Fields {
  return { result: BigInt(result) };
}

/** The `exit` of a call that failed with `errno`. */
export function failed(errno: number): Fields {
  return { errorno: BigInt(errno) };
}
