import { type DescField, type DescMessage, fromBinary, type Message, ScalarType } from "@bufbuild/protobuf";
import { decodeFrame } from "../src/decode.ts";
import { encodeFrame } from "../src/encode.ts";
import { payloadSchemas } from "../src/gen/views.ts";
import type { TracedSandbox } from "../src/sandbox.ts";
import type { View } from "../src/view.ts";

// The oracle: what fromBinary of protobuf-es makes of a payload, against the view of the same bytes, field by field,
// driven by the schema, so that no field is forgotten.

export const sandbox: TracedSandbox = { id: "test", arch: "x64" };

/** The types that have a view, in the order of their numbers. */
export const knownTypes: readonly number[] = Object.keys(payloadSchemas).map(Number);

/** @throws where `type` is not one of {@link knownTypes}. */
export function schemaOf(type: number): DescMessage {
  const schema = payloadSchemas[type];
  if (schema === undefined) throw new Error(`message type ${type} has no schema`);
  return schema;
}

/** What fromBinary says of `payload`: the message, or undefined where it throws. */
export function reference(type: number, payload: Uint8Array): Message | undefined {
  try {
    return fromBinary(schemaOf(type), payload);
  } catch {
    return undefined;
  }
}

export interface Comparison {
  /** Whether the reference took the payload. */
  readonly decodes: boolean;
  /** Where view and reference differ; empty where all is well. */
  readonly differences: readonly string[];
}

/**
 * Decodes `payload` both ways. The frame lies in the middle of other bytes, as packets do in a batch, first among such as
 * end nothing, then among such as end anything, then among such as begin a context: what is around it must not matter.
 */
export function compare(type: number, payload: Uint8Array): Comparison {
  const frame = encodeFrame(type, payload, { droppedCount: 4_000_000_000 });
  const expected = reference(type, payload);
  return {
    decodes: expected !== undefined,
    differences: surroundings.flatMap((around) => compareFrame(type, frame, around, expected)),
  };
}

const surroundings = [
  Uint8Array.of(0xff, 0x80, 0x8a, 0xff),
  new Uint8Array(12).fill(1),
  new Uint8Array(11).fill(8),
];

function compareFrame(
  type: number,
  frame: Uint8Array,
  around: Uint8Array,
  expected: Message | undefined,
): string[] {
  const bytes = new Uint8Array(frame.length + 2 * around.length);
  bytes.set(around);
  bytes.set(frame, around.length);
  bytes.set(around, around.length + frame.length);
  const view = decodeFrame(sandbox, bytes, around.length, around.length + frame.length);
  if (view.messageType === -1) {
    const wrong = expected === undefined ? [] : [`refused (${view.error.message}), the reference decodes it`];
    if (view.frame.length !== frame.length) wrong.push("the malformed frame is not the whole frame");
    if (view.error.code !== "ERR_WIRE_MALFORMED") wrong.push(`code ${view.error.code}`);
    return wrong;
  }
  if (expected === undefined) return ["decoded, the reference refuses it"];
  const differences: string[] = [];
  if (view.messageType !== type) differences.push(`type ${view.messageType}`);
  if (view.droppedCount !== 4_000_000_000) differences.push(`dropped count ${view.droppedCount}`);
  if (view.sandbox !== sandbox) differences.push("sandbox");
  if (isView(view)) differences.push(...compareMessage(view, schemaOf(type), expected, ""));
  return differences;
}

function compareMessage(view: View, schema: DescMessage, expected: Message, path: string): string[] {
  const hasUnknown = expected.$unknown !== undefined && expected.$unknown.length > 0;
  const differences = view.hasOwnUnknown === hasUnknown ? [] : [`${path}hasOwnUnknown`];
  for (const field of schema.fields) {
    differences.push(...compareField(field, view, get(expected, field.localName), `${path}${field.name}`));
  }
  return differences;
}

function compareField(field: DescField, view: View, expected: unknown, path: string): string[] {
  const actual = get(view, field.localName);
  if (field.fieldKind !== "message") {
    const differences = same(actual, expected)
      ? []
      : [`${path}: ${show(actual)}, expected ${show(expected)}`];
    if (field.fieldKind === "scalar" && isLong(field.scalar)) {
      const asNumber = get(view, `${field.localName}Number`);
      if (asNumber !== Number(expected)) differences.push(`${path} as number: ${show(asNumber)}`);
    }
    return differences;
  }
  if (actual === undefined && expected === undefined) return [];
  if (!isView(actual) || expected === undefined) return [`${path}: presence`];
  return compareMessage(actual, field.message, expected as Message, `${path}.`); // a message field of a message
}

function isView(value: unknown): value is View {
  return typeof value === "object" && value !== null && "hasOwnUnknown" in value;
}

function isLong(scalar: ScalarType): boolean {
  return scalar === ScalarType.INT64 || scalar === ScalarType.UINT64;
}

function get(from: object, name: string): unknown {
  return Reflect.get(from, name);
}

function same(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return a.length === b.length && equalItems(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && equalItems(a, b);
  return Object.is(a, b);
}

function equalItems(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function show(value: unknown): string {
  return typeof value === "bigint" ? `${value}n` : (JSON.stringify(value) ?? String(value));
}
