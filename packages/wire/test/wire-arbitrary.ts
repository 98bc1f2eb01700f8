import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import fc from "fast-check";
import { bytesField, group, nestedGroups, sized, tag, varint, WireType } from "./wire-bytes.ts";

// Payloads for a schema: mostly right, with every fault that a hostile encoder could think of mixed in.

const encoder = new TextEncoder();

const long = fc.oneof(
  fc.constantFrom(
    0n,
    1n,
    0x7fn,
    0x80n,
    2n ** 31n - 1n,
    2n ** 31n,
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 53n - 1n,
    2n ** 53n + 1n,
    2n ** 63n - 1n,
    2n ** 63n,
    2n ** 64n - 1n,
    2n ** 64n - 2n ** 31n,
    2n ** 64n - 512n,
    2n ** 70n - 1n,
  ),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 0n, max: 300n }),
);

const padding = fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 11 }));

const number: fc.Arbitrary<number[]> = fc.tuple(long, padding).map(([value, pad]) => varint(value, pad));

const text: fc.Arbitrary<number[]> = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "binary-ascii", maxLength: 40 }).map(utf8) },
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 40 }).map(utf8) },
  { weight: 1, arbitrary: fc.constantFrom("\ufeff", "\ufeffbom", "é", "a\u0000b", "😀".repeat(9)).map(utf8) },
  { weight: 1, arbitrary: fc.string({ unit: "binary-ascii", minLength: 120, maxLength: 140 }).map(utf8) },
);

const raw = fc.uint8Array({ maxLength: 40 }).map((bytes) => [...bytes]);

/** Lengths are mostly right. */
const lie = fc.oneof(
  { weight: 40, arbitrary: fc.constant(0) },
  fc.integer({ min: -6, max: 6 }),
  fc.constantFrom(1000, 2 ** 31 - 1, 2 ** 32 - 1, 2 ** 32 + 3),
);

function utf8(value: string): number[] {
  return [...encoder.encode(value)];
}

function body(field: DescField): fc.Arbitrary<number[]> {
  if (field.fieldKind === "message") {
    return fc.tuple(fields(field.message), lie).map(([inner, error]) => sized(inner, error));
  }
  const scalar = field.fieldKind === "scalar" || field.fieldKind === "list" ? field.scalar : undefined;
  switch (scalar) {
    case ScalarType.STRING:
      return fc
        .tuple(fc.oneof({ weight: 12, arbitrary: text }, raw), lie)
        .map(([bytes, error]) => sized(bytes, error));
    case ScalarType.BYTES:
      return fc.tuple(raw, lie).map(([bytes, error]) => sized(bytes, error));
    default:
      return number;
  }
}

function wireTypeOf(field: DescField): number {
  if (field.fieldKind === "message" || field.fieldKind === "list") return WireType.bytes;
  const long = field.fieldKind === "scalar" ? field.scalar : undefined;
  return long === ScalarType.STRING || long === ScalarType.BYTES ? WireType.bytes : WireType.varint;
}

/** A field of the schema, now and then with a wire type that is not its own. */
function known(field: DescField): fc.Arbitrary<number[]> {
  const wireType = fc.oneof(
    { weight: 30, arbitrary: fc.constant(wireTypeOf(field)) },
    fc.integer({ min: 0, max: 7 }),
  );
  const tagPadding = fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 6 }));
  return fc
    .tuple(wireType, tagPadding, body(field))
    .map(([type, pad, value]) => [...tag(field.number, type, pad), ...value]);
}

const unknownNumber = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 23, max: 3000 }) },
  fc.constantFrom(0, 2 ** 29 - 1, 2 ** 29, 2 ** 32),
);

const { unknown } = fc.letrec<{ unknown: number[] }>((tie) => ({
  unknown: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    fc.tuple(unknownNumber, number).map(([field, value]) => [...tag(field, WireType.varint), ...value]),
    fc.tuple(unknownNumber, raw).map(([field, value]) => bytesField(field, value)),
    fc
      .tuple(unknownNumber, fc.uint8Array({ minLength: 8, maxLength: 8 }))
      .map(([field, value]) => [...tag(field, WireType.fixed64), ...value]),
    fc
      .tuple(unknownNumber, fc.uint8Array({ minLength: 4, maxLength: 4 }))
      .map(([field, value]) => [...tag(field, WireType.fixed32), ...value]),
    fc
      .tuple(unknownNumber, fc.array(tie("unknown"), { maxLength: 3 }))
      .map(([field, inner]) => group(field, inner.flat())),
    fc
      .tuple(unknownNumber, fc.integer({ min: 94, max: 103 }))
      .map(([field, depth]) => nestedGroups(field, depth)),
    fc.tuple(unknownNumber, fc.integer({ min: 3, max: 7 })).map(([field, type]) => tag(field, type)),
  ),
}));

const made = new Map<DescMessage, fc.Arbitrary<number[]>>();

/** Fields of `schema` in any order, any of them several times or not at all, unknown ones among them. */
function fields(schema: DescMessage): fc.Arbitrary<number[]> {
  const ready = made.get(schema);
  if (ready !== undefined) return ready;
  const choices = schema.fields.map((field) => ({ weight: 2, arbitrary: known(field) }));
  const arbitrary = fc
    .array(fc.oneof(...choices, { weight: 1, arbitrary: unknown }), { maxLength: 7 })
    .map((parts) => parts.flat());
  made.set(schema, arbitrary);
  return arbitrary;
}

/** A payload for `schema`, sometimes cut short or with stray bytes behind it. */
export function payload(schema: DescMessage): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const cut = fc.oneof({ weight: 10, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 12 }));
  const stray = fc.oneof({ weight: 20, arbitrary: fc.constant([]) }, raw);
  return fc
    .tuple(fields(schema), cut, stray)
    .map(([bytes, less, more]) => Uint8Array.from([...bytes.slice(0, bytes.length - less), ...more]));
}

/** A message as an encoder would write it, every field set or not, with values of its type. */
export function init(schema: DescMessage): fc.Arbitrary<Record<string, unknown>> {
  const model: Record<string, fc.Arbitrary<unknown>> = {};
  for (const field of schema.fields) model[field.localName] = value(field);
  return fc.record(model, { requiredKeys: [] });
}

const string = fc.string({ unit: "grapheme", maxLength: 60 });

function value(field: DescField): fc.Arbitrary<unknown> {
  if (field.fieldKind === "message") return init(field.message);
  if (field.fieldKind === "list") return fc.array(string, { maxLength: 6 });
  if (field.fieldKind !== "scalar") throw new Error(`${field}: no values for its kind`);
  switch (field.scalar) {
    case ScalarType.INT32:
      return fc.oneof(fc.integer(), fc.constantFrom(-(2 ** 31), -1, 0, 2 ** 31 - 1));
    case ScalarType.UINT32:
      return fc.oneof(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(0, 2 ** 32 - 1));
    case ScalarType.INT64:
      return fc.oneof(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.constantFrom(-(2n ** 63n), -1n, 0n, 2n ** 53n, 2n ** 63n - 1n),
      );
    case ScalarType.UINT64:
      return fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom(0n, 2n ** 64n - 1n));
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.STRING:
      return string;
    case ScalarType.BYTES:
      return fc.uint8Array({ maxLength: 40 });
    default:
      throw new Error(`${field}: no values for its type`);
  }
}
