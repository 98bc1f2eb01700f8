import type { JsonNode, JsonNodeOf } from "./json-node.ts";

/** A value to be written. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

type ObjectNode = JsonNodeOf<"object">;
type ArrayNode = JsonNodeOf<"array">;

/** A member or an item, from its first sign to behind its last. */
interface Part {
  readonly start: number;
  readonly end: number;
}

// Every edit gives a new text, in which all but what it is about stands as it stood, sign by sign.

/** `text` with one more member, the last, in `object`. */
export function addMember(text: string, object: ObjectNode, key: string, value: JsonValue): string {
  const style = styleOf(text);
  return addPart(text, object, memberParts(object), style, (indent) => {
    const colon = style.tight ? ":" : ": ";
    return `${JSON.stringify(key)}${colon}${written(value, style, indent)}`;
  });
}

/** `text` with one more item, the last, in `array`. */
export function addItem(text: string, array: ArrayNode, value: JsonValue): string {
  const style = styleOf(text);
  return addPart(text, array, itemParts(array), style, (indent) => written(value, style, indent));
}

/** `text` with a string in the place of `node`. */
export function replaceString(text: string, node: JsonNode, value: string): string {
  return text.slice(0, node.offset) + JSON.stringify(value) + text.slice(node.end);
}

/** `text` without the member at `index` of `object`. */
export function removeMember(text: string, object: ObjectNode, index: number): string {
  return removePart(text, object, memberParts(object), index);
}

/** `text` without the item at `index` of `array`. */
export function removeItem(text: string, array: ArrayNode, index: number): string {
  return removePart(text, array, itemParts(array), index);
}

function memberParts({ members }: ObjectNode): readonly Part[] {
  return members.map(({ offset, value }) => ({ start: offset, end: value.end }));
}

function itemParts({ items }: ArrayNode): readonly Part[] {
  return items.map(({ offset, end }) => ({ start: offset, end }));
}

/** How a text is laid out. */
interface Style {
  readonly newline: string;
  /** One level of indentation; `undefined` where the text has one line only. */
  readonly unit: string | undefined;
  /** Whether there is no space behind commas and colons. */
  readonly tight: boolean;
}

function styleOf(text: string): Style {
  const isOneLine = !text.trim().includes("\n") && /[^\s{}]/.test(text);
  const [, unit = "    "] = /\n([ \t]+)[^\s]/.exec(text) ?? []; // four spaces, as runsc install writes
  return {
    newline: text.includes("\r\n") ? "\r\n" : "\n",
    unit: isOneLine ? undefined : unit,
    tight: isOneLine && !/[:,] /.test(text),
  };
}

/** `value` as JSON, whose further lines begin with `indent`. */
function written(value: JsonValue, { newline, unit, tight }: Style, indent: string | undefined): string {
  if (tight) return JSON.stringify(value);
  const lines = JSON.stringify(value, undefined, unit ?? " ").split("\n");
  return indent === undefined
    ? lines.map((line) => line.trimStart()).join(" ")
    : lines.join(`${newline}${indent}`);
}

function addPart(
  text: string,
  { offset, end }: JsonNode,
  parts: readonly Part[],
  style: Style,
  write: (indent: string | undefined) => string,
): string {
  const last = parts.at(-1);
  if (last !== undefined) {
    const isSpread = text.slice(offset, last.start).includes("\n");
    const indent = isSpread ? indentAt(text, last.start) : undefined;
    const between = isSpread ? `,${style.newline}${indent}` : style.tight ? "," : ", ";
    return text.slice(0, last.end) + between + write(indent) + text.slice(last.end);
  }
  if (style.unit === undefined)
    return `${text.slice(0, offset + 1)}${write(undefined)}${text.slice(end - 1)}`;
  const outer = indentAt(text, offset);
  const inner = outer + style.unit;
  const lines = `${style.newline}${inner}${write(inner)}${style.newline}${outer}`;
  return text.slice(0, offset + 1) + lines + text.slice(end - 1);
}

function removePart(text: string, { offset, end }: JsonNode, parts: readonly Part[], index: number): string {
  const [before, part, after] = [parts[index - 1], parts[index], parts[index + 1]];
  if (part === undefined) return text;
  if (after !== undefined) return text.slice(0, part.start) + text.slice(after.start);
  if (before !== undefined) return text.slice(0, before.end) + text.slice(part.end);
  return text.slice(0, offset + 1) + text.slice(end - 1);
}

/** What the line of `offset` begins with. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}
