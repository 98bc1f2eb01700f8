import type { FieldType, FieldValue } from "../fields/field.ts";
import { byteLength } from "../fields/process-text.ts";
import type { Transformer } from "../language/ast.ts";

/** What a function makes of a type; `undefined` where it cannot be applied. */
export function transformedType(transformer: Transformer, type: FieldType): FieldType | undefined {
  if (transformer === "len") return type === "string" || type === "bytes" ? "unsigned" : undefined;
  if (transformer === "b64") return type === "string" || type === "bytes" ? type : undefined;
  return type === "string" ? "string" : undefined;
}

/** What a function makes of a value; `undefined` where that is nothing. */
export function transform(transformer: Transformer, value: FieldValue): FieldValue | undefined {
  const text = String(value);
  switch (transformer) {
    case "tolower":
      return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    case "toupper":
      return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
    case "basename":
      return text.slice(text.lastIndexOf("/") + 1);
    case "len":
      return byteLength(text);
    case "b64":
      return decodeBase64(text);
  }
}

function decodeBase64(text: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch {
    return undefined;
  }
}
