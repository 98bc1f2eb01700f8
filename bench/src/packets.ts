/** Packets one after the other, as the server receives them: packet `i` ends where the next begins. */
export interface Packets {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly starts: Int32Array;
  readonly count: number;
}

export function joined(separate: readonly Uint8Array<ArrayBuffer>[]): Packets {
  const starts = new Int32Array(separate.length + 1);
  separate.forEach((packet, i) => {
    starts[i + 1] = (starts[i] as number) + packet.length; // in bounds: there is one more
  });
  const bytes = new Uint8Array(starts[separate.length] as number);
  separate.forEach((packet, i) => {
    bytes.set(packet, starts[i]);
  });
  return { bytes, starts, count: separate.length };
}
