let lastBytes: Uint8Array = new Uint8Array(0);
let lastWords: DataView = new DataView(lastBytes.buffer);

/**
 * `bytes` to be read four at a time. The view of the last bytes asked for is kept, and keeps them alive: packets lie one
 * after the other in the bytes of a batch, and a view for each would cost more than it saves.
 */
export function wordsOf(bytes: Uint8Array): DataView {
  if (bytes !== lastBytes) {
    lastWords = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    lastBytes = bytes;
  }
  return lastWords;
}
