import type { Packets } from "./packets.ts";

/** Steps over the outermost fields of all messages, which are well-formed, and checks nothing: the floor of what decodes. */
export function scan({ bytes, starts, count }: Packets): number {
  let fields = 0;
  for (let i = 0; i < count; i++) {
    const start = starts[i] as number; // in bounds, as the next
    const end = starts[i + 1] as number;
    fields += fieldsOf(bytes, start + 8, end);
  }
  return fields;
}

function fieldsOf(bytes: Uint8Array, start: number, end: number): number {
  let fields = 0;
  for (let pos = start; pos < end; fields++) {
    const wireType = (bytes[pos++] as number) & 7; // in bounds: the message is well-formed
    let byte = bytes[pos++] as number;
    let value = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      byte = bytes[pos++] as number;
      value |= (byte & 0x7f) << shift;
    }
    if (wireType === 2) pos += value;
  }
  return fields;
}
