import {
  type DescMessage,
  fromBinary,
  type JsonObject,
  type Message as ProtoMessage,
  toJson,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { base64Encode } from "@bufbuild/protobuf/wire";
import type { Message } from "./decode.ts";
import { payloadSchemas } from "./gen/views.ts";

/** A message as one JSON object, in the shape of `sentrytap decode`. */
export interface MessageJson {
  /** Message type, as the header has it. */
  readonly type: number;
  /** The type's name; `MESSAGE_UNKNOWN` where it is not known. */
  readonly name: string;
  /** Points dropped by the Sentry so far. */
  readonly dropped: number;
  /** Proto JSON with original field names; fields that the schema does not know are under `$unknown`. */
  readonly message?: JsonObject;
  /** Of a message of unknown type, the payload in base64. */
  readonly payload?: string;
}

/** `message` as JSON: every field that is not at its default, and all that is not known, in base64. */
export function messageToJson(message: Message): MessageJson {
  if (message.messageType === 0) {
    return {
      type: message.receivedType,
      name: message.messageName,
      dropped: message.droppedCount,
      payload: base64Encode(message.payload),
    };
  }
  return {
    type: message.messageType,
    name: message.messageName,
    dropped: message.droppedCount,
    message: payloadToJson(message.messageType, message.payload),
  };
}

function payloadToJson(messageType: number, payload: Uint8Array): JsonObject {
  const schema = payloadSchemas[messageType] as DescMessage; // every view's type has one
  const message = fromBinary(schema, payload);
  const json = toJson(schema, message, { useProtoFieldName: true }) as JsonObject; // a message maps to an object
  markUnknown(schema, message, json);
  return json;
}

/** Adds to `json`, and to the objects in it, what protobuf-es leaves out: fields that the schema does not know. */
function markUnknown(schema: DescMessage, message: ProtoMessage, json: JsonObject): void {
  if (message.$unknown !== undefined && message.$unknown.length > 0) {
    json["$unknown"] = message.$unknown.map(({ no, wireType, data }) => ({
      no,
      wireType,
      data: base64Encode(data),
    }));
  }
  const fields = reflect(schema, message);
  for (const field of schema.fields) {
    if (field.fieldKind !== "message" || !fields.isSet(field)) continue;
    const inner = fields.get(field).message;
    markUnknown(field.message, inner, json[field.name] as JsonObject); // set, so it is in the JSON, as an object
  }
}
