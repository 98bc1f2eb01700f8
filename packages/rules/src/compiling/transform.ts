import type { FieldType, FieldValue } from "../fields/field.ts";
import { byteLength } from "../fields/process-text.ts";
import type { Transformer } from "../language/ast.ts";
import { asciiLower, asciiUpper } from "./ascii.ts";
import { decodeBase64 } from "./base64.ts";

/** What a function makes of a type; `undefined` where it cannot be applied. */
export function transformedType(transformer: Transformer, type: FieldType): FieldType | undefined {
  if (transformer === "len") return type === "string" || type === "bytes" ? "unsigned" : undefined;
  if (transformer === "b64") return type === "string" || type === "bytes" ? type : undefined;
  return type === "string" ? "string" : undefined;
}

/** What a function makes of a value of `type`; `undefined` where that is nothing. */
export function transform(
  transformer: Transformer,
  type: FieldType,
  value: FieldValue,
): FieldValue | undefined {
  const text = String(value);
  switch (transformer) {
    case "tolower":
      return asciiLower(text);
    case "toupper":
      return asciiUpper(text);
    case "basename":
      return text.slice(text.lastIndexOf("/") + 1);
    case "len":
      return type === "bytes" ? text.length : byteLength(text);
    case "b64":
      return decodeBase64(text, type === "bytes");
  }
}
