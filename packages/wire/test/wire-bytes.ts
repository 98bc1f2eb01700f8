// Protobuf encoding by hand, for what no encoder would write.

export const WireType = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/** A varint with `padding` more bytes than it needs: over-long, yet the same number. */
export function varint(value: bigint | number, padding = 0): number[] {
  const out: number[] = [];
  let rest = BigInt.asUintN(70, BigInt(value));
  while (rest > 0x7fn) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
  for (let i = 0; i < padding; i++) {
    out.push((out.pop() ?? 0) | 0x80, 0);
  }
  return out;
}

export function tag(field: number, wireType: number, padding = 0): number[] {
  return varint((BigInt(field) << 3n) | BigInt(wireType), padding);
}

/** A length and that many bytes; `error` makes the length a lie. */
export function sized(body: readonly number[], error = 0): number[] {
  return [...varint(Math.max(0, body.length + error)), ...body];
}

/** A field of bytes, a string or a message. */
export function bytesField(field: number, body: readonly number[]): number[] {
  return [...tag(field, WireType.bytes), ...sized(body)];
}

/** A group around `body`. */
export function group(field: number, body: readonly number[]): number[] {
  return [...tag(field, WireType.startGroup), ...body, ...tag(field, WireType.endGroup)];
}

/** Groups inside each other, `depth` of them. */
export function nestedGroups(field: number, depth: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < depth; i++) out.push(...tag(field, WireType.startGroup));
  for (let i = 0; i < depth; i++) out.push(...tag(field, WireType.endGroup));
  return out;
}
