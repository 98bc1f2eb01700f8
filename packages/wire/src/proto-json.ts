import {
  type DescMessage,
  fromBinary,
  type JsonObject,
  type Message as ProtoMessage,
  toJson,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { base64Encode } from "@bufbuild/protobuf/wire";

/**
 * An encoded message of `schema` as proto JSON with original field names. Fields that the schema does not know, which
 * protobuf-es leaves out, are under `$unknown`.
 */
export function protoJson(schema: DescMessage, payload: Uint8Array): JsonObject {
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
