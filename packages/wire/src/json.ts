import type { JsonObject } from "@bufbuild/protobuf";
import { base64Encode } from "@bufbuild/protobuf/wire";
import type { Message } from "./decode.ts";

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
    message: message.toJson(),
  };
}
