import type { NodeValue, ValueNode } from "../compiling/value-node.ts";
import type { BoundField } from "../fields/bound-field.ts";
import type { FieldType, FieldValue } from "../fields/field.ts";
import { byteLength } from "../fields/process-text.ts";
import type { Operand } from "../language/ast.ts";
import type { OutputValue } from "./output-format.ts";

/** What stands for a value that is not there. */
export const notAvailable = "<NA>";

/** How data is shown: with a dot for each byte that does not print, in base64 or in hexadecimal. */
export type BytesFormat = "text" | "base64" | "hex";

/** What stands at the end of a text that was cut. */
const mark = "...";

/** `text`, or what fits of it in `max` characters, with a mark that it is cut. No character is cut in two. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = max - mark.length;
  const split = isHighSurrogate(text.charCodeAt(end - 1)) && isLowSurrogate(text.charCodeAt(end));
  return text.slice(0, split ? end - 1 : end) + mark;
}

/** `text` cut or padded with blanks to `width` characters. */
export function fit(text: string, width: number): string {
  if (text.length <= width) return text.padEnd(width);
  const split = isHighSurrogate(text.charCodeAt(width - 1)) && isLowSurrogate(text.charCodeAt(width));
  return text.slice(0, split ? width - 1 : width).padEnd(width);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}

/** The fields of text whose length Falco prints. */
const printsLength: ReadonlySet<string> = new Set([
  "evt.res",
  "fd.type",
  "fd.typechar",
  "fd.types",
  "fdlist.cports",
  "fdlist.nums",
  "fdlist.sports",
]);

/**
 * Whether a field, or the function of one, is ever printed: Falco has no form for numbers that it makes for conditions only,
 * and prints them as absent. So do we: the same output is the same text.
 */
export function isPrintable(operand: Operand, field: string): boolean {
  if (field.startsWith("evt.type.is.")) return false;
  const isLength = operand.kind === "transformed" && operand.transformer === "len";
  return !isLength || printsLength.has(field.replace(/\[.*$/s, ""));
}

/** A value read of a node as an output shows it: bytes as text, text within its length, absent values as null. */
export function shown(
  value: NodeValue,
  { many, type }: ValueNode,
  maxLength: number,
  bytes: BytesFormat,
): OutputValue {
  // Of a field of any ancestor there is no one value. A field of somebody's own may give null, whatever its type says.
  if (value === undefined || value === null || many === "any" || many === "either") return null;
  return typeof value === "object"
    ? shownList(value, type, maxLength, bytes)
    : one(value, type, maxLength, bytes);
}

function one(value: FieldValue, type: FieldType, maxLength: number, bytes: BytesFormat): FieldValue {
  if (typeof value !== "string") return value;
  return cut(type === "bytes" ? bytesText(value, bytes, maxLength) : value, maxLength);
}

/** As many items as are within the length, together. */
function shownList(
  values: readonly FieldValue[],
  type: FieldType,
  maxLength: number,
  bytes: BytesFormat,
): readonly FieldValue[] {
  const items: FieldValue[] = [];
  let left = maxLength;
  for (const value of values) {
    const item = one(value, type, maxLength, bytes);
    left -= String(item).length + 1;
    if (left < 0) {
      items.push(mark);
      break;
    }
    items.push(item);
  }
  return items;
}

/** A value as the text of an output. */
export function printed(value: OutputValue, node: ValueNode, { format, type }: BoundField): string {
  if (value === null) return notAvailable;
  if (typeof value === "object") return `(${value.map(String).join(",")})`;
  if (format !== undefined && node.type === type) return format(value);
  return typeof value === "number" && node.type === "double" ? value.toFixed(1) : String(value);
}

/** Data as text. What is beyond `max` bytes is not looked at, but that it is there. */
function bytesText(data: string, format: BytesFormat, max: number): string {
  const kept = data.slice(0, max + 1);
  if (format === "text") {
    return kept.replace(/[^ -~]/gu, (char) => ".".repeat(char <= "\u00ff" ? 1 : byteLength(char)));
  }
  const bytes = bytesOf(kept);
  if (format === "hex") return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Each character is a byte; where one cannot be, the text is taken for UTF-8. */
function bytesOf(data: string): Uint8Array {
  return /^[\0-\u00ff]*$/.test(data)
    ? Uint8Array.from(data, (char) => char.charCodeAt(0))
    : new TextEncoder().encode(data);
}
